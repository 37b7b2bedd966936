// SPDX-License-Identifier: Apache-2.0
#include "order_text.hpp"

#include "order_pools.hpp"
#include "rng.hpp"

namespace mock {
namespace {

constexpr std::int64_t huge_amount = 123'456'789'012'345'600;  // 12345678901234.5600
constexpr std::uint64_t items_stream = 2, header_stream = 3, money_stream = 4, item_stream = 16;

std::string with_number(std::string_view prefix, std::int64_t number) {
  std::string out{prefix};
  append_integer(out, number);
  return out;
}

// A text that is now present, now empty, now null, now missing.
void maybe_text(JsonText& json, Rng& rng, std::string_view name, std::string_view value) {
  switch (rng.below(6)) {
    case 0: return;
    case 1: return json.null(name);
    case 2: return json.text(name, "");
    default: return json.text(name, value);
  }
}

std::string_view note(Rng& rng) {
  return rng.one_in(3) ? rng.pick(pools::odd_notes) : rng.pick(pools::plain_notes);
}

void receiver(JsonText& json, Rng& rng) {
  const auto& place = rng.pick(pools::places);
  json.text("receiver_country", "中国");
  json.text("receiver_state", place.state);
  json.text("receiver_city", place.city);
  json.text("receiver_district", place.district);
}

void delivery(JsonText& json, Rng& rng, const Order& order) {
  const auto& carrier = rng.pick(pools::carriers);
  const bool sent = order.io_date != 0;
  json.text("l_id", sent ? with_number(carrier.prefix, 75'000'000'000'000 + order.index) : "");
  json.text("lc_id", carrier.code);
  json.text("logistics_company", carrier.name);
  if (sent) {
    json.time("io_date", order.io_date);
  } else if (order.index % 3 != 0) {
    order.index % 3 == 1 ? json.null("io_date") : json.text("io_date", "");
  }
  json.number("wms_co_id", rng.one_in(4) ? 10'077 : 0);
  json.text("warehouse", rng.pick(pools::warehouses));
  json.text("stock_enabled", rng.one_in(10) ? "off" : "on");
  json.numeric_text("is_print", sent ? "true" : "false");
  json.numeric_text("is_print_express", sent && !rng.one_in(5) ? "true" : "false");
  json.numeric_text("wave_id", with_number("", rng.between(0, 9999)));
}

}  // namespace

OrderText::Items OrderText::items_of(const Order& order) const {
  Rng rng(seed_, order.index, items_stream);
  Items items;
  if (rng.unit() < empty_items_) return items;
  items.size = static_cast<std::size_t>(rng.between(1, 4));
  for (std::size_t i = 0; i < items.size; ++i) {
    Item& item = items.list[i];
    item.quantity = rng.one_in(20) ? rng.between(10, 500) : rng.between(1, 3);
    item.price = rng.one_in(25) ? rng.between(1, 9'999'999) : rng.between(1, 99'999) * 100;
    items.sum += item.quantity * item.price;
  }
  return items;
}

void OrderText::money(JsonText& json, const Order& order, const Items& items) const {
  Rng rng(seed_, order.index, money_stream);
  const std::int64_t freight = rng.one_in(4) ? 120'000 : 0;
  const std::int64_t discount = rng.one_in(5) ? items.sum / 100 / 10 * 100 : 0;
  const bool huge = order.index % 97 == 5;
  const std::int64_t paid = huge ? huge_amount : items.sum - discount + freight;
  json.decimal("pay_amount", huge ? huge_amount : items.sum + freight, huge);
  json.decimal("paid_amount", paid, huge);
  json.decimal("free_amount", discount);
  json.decimal("freight", freight);
  json.decimal("f_freight", rng.one_in(3) ? freight / 2 : 0, rng.one_in(10));
  json.decimal("weight", rng.between(1, 900) * 100);
  rng.one_in(8) ? json.null("f_weight") : json.decimal("f_weight", rng.between(1, 90'000));
  json.decimal("buyer_paid_amount", order.status == 2 ? -paid : paid, huge);
  if (!rng.one_in(6)) json.decimal("seller_income_amount", paid, huge);
}

void OrderText::serials(JsonText& json, const Order& order, bool flat) const {
  const bool any = order.index % 11 == 3;
  const std::string sku = with_number("G01-", order.index % 7);
  const std::string serial = with_number("SN", 860'000'000'000'000 + order.index);
  if (any) {
    json.raw("sns", "[{\"sku_id\":\"" + sku + "\",\"sn\":\"" + serial + "\"}]");
  } else {
    json.raw("sns", "[]");
  }
  if (!flat) return;
  any ? json.text("sns_sku_id", sku) : json.null("sns_sku_id");
  any ? json.text("sns_sn", serial) : json.null("sns_sn");
}

void OrderText::header(JsonText& json, const Order& order, const Items& items, bool flat) const {
  Rng rng(seed_, order.index, header_stream);
  const std::int64_t created = order.born - rng.between(3600, 3 * 86400);
  const bool cod = rng.one_in(12);
  json.number("co_id", 10000);
  json.number("shop_id", order.shop_id());
  json.text("shop_name", pools::shops[order.shop]);
  json.number("io_id", order.io_id());
  json.number("o_id", order.o_id());
  json.text("so_id", with_number("", order.so_id()));
  json.text("merge_so_id", rng.one_in(9) ? with_number("", order.so_id() + 77) : "");
  json.time("created", created);
  json.time("modified", order.modified);
  cod ? json.text("pay_date", "") : json.time("pay_date", created + rng.between(5, 1800));
  json.text("status", status_names[order.status]);
  json.text("order_type", rng.pick(pools::order_types));
  maybe_text(json, rng, "invoice_title", "杭州\"测试\"有限公司");
  maybe_text(json, rng, "buyer_tax_no", "91330100MA27X0AB1C");
  json.text("shop_buyer_id", rng.pick(pools::buyers));
  maybe_text(json, rng, "open_id", with_number("AAE+/=", rng.between(100'000, 999'999)));
  receiver(json, rng);
  maybe_text(json, rng, "buyer_message", note(rng));
  json.text("remark", note(rng), rng.one_in(7));
  maybe_text(json, rng, "node", "线下备注:50%定金");
  json.boolean("is_cod", cod);
  money(json, order, items);
  delivery(json, rng, order);
  json.text("labels", order.version == 0 ? std::string(rng.pick(pools::labels))
                                         : with_number("改单", order.version));
  json.text("drp_co_id_from", rng.one_in(5) ? "10099" : "");
  maybe_text(json, rng, "drp_info", R"({"drp":"分销商A","lv":1})");
  json.number("seller_flag", rng.between(0, 5));
  maybe_text(json, rng, "business_staff", rng.pick(pools::staff));
  json.text("currency", rng.one_in(3) ? "CNY" : "");
  if (rng.one_in(4)) {
    json.null("order_staff_id");
  } else {
    json.number("order_staff_id", rng.between(1, 5'000'000'000));
    json.text("order_staff_name", rng.pick(pools::staff));
  }
  if (rng.one_in(10)) json.text("gov_supplier_name", "某补贴供应商");
  json.number("ts", order.ts);
  json.raw("batchs", "[]");
  serials(json, order, flat);
}

void OrderText::item(JsonText& json, const Order& order, const Items& items,
                     std::size_t number) const {
  Rng rng(seed_, order.index, item_stream + number);
  const Item& item = items.list[number];
  const auto& goods = rng.pick(pools::goods);
  const auto& colour = rng.pick(pools::colours);
  const auto& size = rng.pick(pools::sizes);
  const std::int64_t line = std::int64_t{order.index} * 4 + static_cast<std::int64_t>(number);
  const bool gift = rng.one_in(10);
  const std::int64_t amount = gift ? 0 : item.quantity * item.price;
  const std::string sku = std::string(goods.style) + "-" + std::string(size);
  json.number("ioi_id", 80'000'001 + line);
  json.number("oi_id", 70'000'001 + line);
  json.text("outer_oi_id", with_number("", order.so_id() + 1 + static_cast<std::int64_t>(number)));
  json.text("raw_so_id", with_number("", order.so_id()));
  json.text("sku_id", sku);
  json.text("i_id", goods.style);
  json.text("name", goods.name);
  json.text("properties_value", std::string(colour) + ";" + std::string(size));
  if (!rng.one_in(9)) json.raw("pic", R"("https:\/\/img.example.com\/a%20b\/1.jpg?x=1&y=2")");
  maybe_text(json, rng, "combine_sku_id", "Z-" + sku);
  json.number("qty", item.quantity);
  json.decimal("sale_price", gift ? 0 : item.price);
  json.decimal("sale_base_price", item.price + 200'000, rng.one_in(6));
  json.decimal("sale_amount", amount);
  json.decimal("pay_amount", amount, rng.one_in(10));
  json.boolean("is_gift", gift);
  rng.one_in(3) ? json.null("bu_id") : json.number("bu_id", rng.between(1, 99));
  json.decimal("buyer_paid_amount", amount);
  json.decimal("seller_income_amount", amount);
}

void OrderText::append_document(std::string& out, const Order& order, bool swap_types,
                                std::string_view extra) const {
  const Items items = items_of(order);
  out += '{';
  out += extra;
  JsonText json(out, {}, swap_types);
  json.first_has_no_comma();
  header(json, order, items, false);
  json.key("items");
  out += '[';
  for (std::size_t i = 0; i < items.size; ++i) {
    out += i == 0 ? "{" : ",{";
    JsonText inner(out, {}, swap_types);
    inner.first_has_no_comma();
    item(inner, order, items, i);
    out += '}';
  }
  out += "]}";
}

void OrderText::append_rows(std::string& out, const Order& order) const {
  const Items items = items_of(order);
  std::string head = "{";
  JsonText json(head);
  json.first_has_no_comma();
  header(json, order, items, true);
  for (std::size_t i = 0; i < items.size; ++i) {
    out += head;
    JsonText inner(out, "items_");
    item(inner, order, items, i);
    out += "}\n";
  }
  if (items.size == 0) {
    out += head;
    out += "}\n";
  }
}

}  // namespace mock
