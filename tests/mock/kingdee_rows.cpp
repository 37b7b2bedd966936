// SPDX-License-Identifier: Apache-2.0
#include "kingdee_rows.hpp"

#include <algorithm>
#include <array>

namespace mock::kingdee {
namespace {

using namespace col;

constexpr std::array<Text, 5> document_states{"Z", "A", "B", "C", "D"};
constexpr std::array<Text, 4> a_or_b{"A", "A", "A", "B"};
constexpr std::array<Text, 2> digits{"0", "1"};
constexpr std::array<Text, 4> customers{"杭州\"示例\"有限公司", "O'Neil Trading", "深圳100%科技",
                                        "成都\\分部"};
constexpr std::array<Text, 4> materials{"智能手环", "12\" 充电底座", "🍵 茶礼", "Levi's 牛仔裤"};
constexpr std::array<Text, 3> people{"王小明", "欧阳·娜娜", "Administrator"};
constexpr std::array<Text, 2> organisations{"100", "101.2"};

constexpr Column created(Text name) { return time(name, Clock::created, Shape::iso); }
constexpr Column modified(Text name) { return time(name, Clock::modified, Shape::iso); }
constexpr Column later(Text name) {
  return time(name, Clock::created, Shape::iso, 3600, 3 * 86400);
}

constexpr std::array sale_lines{
    serial("FSaleOrderEntry_FEntryID", 400001),
    number("FSaleOrderEntry_FSeq", 1, 9),
    serial("FMaterialId", 100231),
    label("FMaterialId.FNumber", "CP.", 1001),
    pick("FMaterialId.FName", materials),
    amount("FQty", 100, 99900),
    amount("FPrice", 1, 99900),
    amount("FTaxPrice", 1, 99900),
    amount("FAllAmount", 0, 9999900),
    amount("FEntryTaxRate", 0, 1300),
    fixed("FUnitID.FName", "件"),
    later("FDeliveryDate"),
    pick("FMrpCloseStatus", a_or_b),
    flag("FIsFree", 9),
    note("FEntryNote").null_in(3),
};
constexpr std::array sale_head{
    serial("FID", 200001),
    label("FBillNo", "XSDD", 100001),
    time("FDate", Clock::created, Shape::iso),
    pick("FDocumentStatus", document_states),
    pick("FCloseStatus", a_or_b),
    pick("FCancelStatus", a_or_b),
    modified("FCloseDate").null_in(3),
    modified("FCancelDate").null_in(2),
    created("FCreateDate"),
    modified("FModifyDate"),
    later("FApproveDate").null_in(4),
    serial("FCustId", 500001),
    label("FCustId.FNumber", "CUST", 1001),
    pick("FCustId.FName", customers),
    pick("FSaleOrgId.FNumber", organisations),
    pick("FSalerId.FName", people).null_in(6),
    fixed("FBillTypeID.FNumber", "XSDD01_SYS"),
    fixed("FSettleCurrId.FNumber", "PRE001"),
    amount("FBillAllAmount", 0, 9999900),
    edit("FNote", customers),
    note("F_Memo").null_in(4),
    fixed("FLinkPhone", " "),
    pick("FIsMobile", digits),
};
constexpr Column sale_list = list("FSaleOrderEntry", sale_lines, 1, 3);

constexpr std::array stock_head{
    label("FID", "0f8fad5b-", 100001),         serial("FMaterialId", 100231),
    label("FMaterialId.FNumber", "CP.", 1001), pick("FMaterialId.FName", materials),
    fixed("FStockId.FNumber", "CK001"),        pick("FStockOrgId.FNumber", organisations),
    amount("FBaseQty", -100, 99900),           amount("FBaseLockQty", 0, 900),
    fixed("FLot.FNumber", "").null_in(2),      modified("FUpdateTime"),
};

// Base data and documents of every other kind.
constexpr std::array any_head{
    serial("FID", 100231),
    serial("FMATERIALID", 100231),
    serial("FCUSTID", 100231),
    serial("FUNITID", 100231),
    serial("FACCTID", 100231),
    label("FBillNo", "DJ", 100001),
    label("FNumber", "CP.", 1001),
    edit("FName", materials),
    note("FDescription").null_in(3),
    fixed("FSpecification", "").null_in(4),
    fixed("FBaseUnitId.FName", "件"),
    pick("FCreateOrgId.FNumber", organisations),
    pick("FUseOrgId.FNumber", organisations),
    fixed("FCreateOrgId", "1"),
    serial("FModifierId", 16394),
    pick("FModifierId.FName", people),
    pick("FDocumentStatus", document_states),
    pick("FForbidStatus", a_or_b),
    time("FDate", Clock::created, Shape::iso),
    created("FCreateDate"),
    modified("FModifyDate"),
    later("FApproveDate").null_in(4),
    amount("FQty", 100, 99900),
    amount("FPrice", 1, 99900),
    amount("FAmount", 0, 9999900),
};

constexpr auto forms = std::to_array<Form>({
    {"SAL_SaleOrder", "FID", 200001, sale_head, &sale_list},
    {"STK_Inventory", "FID", 100001, stock_head},
});
constexpr Form any_form{"", "FID", 100231, any_head};

bool could_be_a_form(std::string_view id) {
  const std::size_t split = id.find('_');
  return split != std::string_view::npos && split > 1 && split + 1 < id.size() &&
         id.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") ==
             std::string_view::npos;
}

}  // namespace

const Form* form_of(std::string_view id) {
  const auto found =
      std::find_if(forms.begin(), forms.end(), [&](const Form& form) { return form.id == id; });
  if (found != forms.end()) return &*found;
  return could_be_a_form(id) ? &any_form : nullptr;
}

}  // namespace mock::kingdee
