# SPDX-License-Identifier: Apache-2.0
"""The smallest client of each platform that can sign: written from the platforms' descriptions with
the standard library alone, so that mock and tool are each checked by a third hand.

    client = erp_clients.Jikeyun(mock)
    answer = client.call("erp.sales.get", {"pageIndex": 0, "pageSize": 50})

`skew` shifts the clock by seconds, `spoil` breaks the signature. Numbers of answers stay text.
"""
import base64
import hashlib
import hmac
import json
import time
import urllib.error
import urllib.parse
import urllib.request

import erp_mock

FORM = "application/x-www-form-urlencoded;charset=utf-8"


def text_time(skew=0):
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(time.time() + 8 * 3600 + skew))


def md5(text):
    return hashlib.md5(text.encode()).hexdigest()


def compact(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def sandwich(params):
    return "".join(name + str(params[name]) for name in sorted(params))


class Client:
    platform = None

    def __init__(self, mock):
        self.mock = mock
        self.known = mock.connection(self.platform)
        self.skew = 0
        self.spoil = False
        self.headers = {}
        self.last = None

    def post(self, url, body, content_type="application/json", headers=None):
        """(answer, headers); an answer that is no JSON comes as text. `last` keeps status and text."""
        data = body if isinstance(body, bytes) else body.encode()
        request = urllib.request.Request(url, data, {
            "Content-Type": content_type, **self.headers, **(headers or {})})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=60) as answer:
                status, text, told = answer.status, answer.read().decode("utf-8", "replace"), answer.headers
        except urllib.error.HTTPError as error:
            status, text, told = error.code, error.read().decode("utf-8", "replace"), error.headers
        self.last = status, text
        try:
            return erp_mock.parse(text), told
        except ValueError:
            return text, told

    def signed(self, sign):
        return "0" * len(sign) if self.spoil else sign


class Jikeyun(Client):
    platform = "jikeyun"

    def call(self, method, biz, **changes):
        params = {"method": method, "appkey": self.known["appkey"], "version": "v1.0",
                  "contenttype": "json", "timestamp": text_time(self.skew),
                  "bizcontent": compact(biz), **changes}
        secret = self.known["appsecret"]
        params["sign"] = self.signed(md5((secret + sandwich(params) + secret).lower()))
        params["contextid"] = "not signed"
        return self.post(self.known["base_url"], urllib.parse.urlencode(params), FORM)[0]


class Xiaobangbang(Client):
    platform = "xiaobangbang"

    def call(self, path, body):
        text = compact({"corpid": self.known["corpid"], **body})
        sign = hashlib.sha256((text + self.known["token"]).encode()).hexdigest()
        url = self.known["base_url"] + "/pro/v2/api" + path
        return self.post(url, text, headers={"sign": self.signed(sign)})[0]


class Qimen(Client):
    """What two ERPs behind the gateway share."""

    def call_gateway(self, method, business, sign_method="md5"):
        params = {"method": method, "app_key": self.known["app_key"],
                  "target_app_key": self.known["target_app_key"],
                  "timestamp": text_time(self.skew), "format": "json", "v": "2.0",
                  "sign_method": sign_method}
        everything, secret = {**params, **business}, self.known["app_secret"]
        text = sandwich(everything)
        if sign_method == "md5":
            sign = md5(secret + text + secret)
        else:
            kind = "md5" if sign_method == "hmac" else "sha256"
            sign = hmac.new(secret.encode(), text.encode(), kind).hexdigest()
        params["sign"] = self.signed(sign.upper())
        url = self.known["base_url"] + "?" + urllib.parse.urlencode(params)
        return self.post(url, urllib.parse.urlencode(business), FORM)[0]


class JushuitanQimen(Qimen):
    platform = "jushuitan-qimen"

    def call(self, business, **how):
        business = {"customer_id": self.known["customer_id"], **business}
        return self.call_gateway("jushuitan.saleout.list.query", business, **how)


def flattened(value):
    if isinstance(value, dict):
        return "".join(key + flattened(value[key]) for key in sorted(value)
                       if value[key] is not None)
    if isinstance(value, list):
        return "".join(map(flattened, value))
    return str(value).lower() if isinstance(value, bool) else str(value)


class WangdiantongQimen(Qimen):
    platform = "wangdiantong-qimen"
    spoil_inner = False

    def call(self, method, params, pager, **how):
        secret, salt = self.known["wdt_appsecret"].split(":", 1)
        signed = {"datetime": text_time(self.skew), "method": method, "params": params,
                  "pager": pager, "wdt_appkey": self.known["wdt_appkey"], "wdt_salt": salt}
        sign = md5(secret + flattened(signed) + secret)
        business = {**signed, "params": compact(params), "pager": compact(pager),
                    "wdt3_customer_id": self.known["sid"],
                    "wdt_sign": "0" * 32 if self.spoil_inner else sign}
        del business["method"]
        return self.call_gateway(method, business, **how)


class Wangdiantong(Client):
    platform = "wangdiantong"

    def call(self, method, params, page_no, page_size, calc_total=1):
        secret, salt = self.known["appsecret"].split(":", 1)
        body = compact([params])
        query = {"sid": self.known["sid"], "key": self.known["appkey"], "salt": salt,
                 "method": method, "v": "1.0", "page_no": page_no, "page_size": page_size,
                 "timestamp": int(time.time()) - 1325347200 + self.skew, "calc_total": calc_total}
        sign = md5(secret + sandwich({**query, "body": body}) + secret)
        query["sign"] = self.signed(sign)
        return self.post(self.known["base_url"] + "?" + urllib.parse.urlencode(query), body)[0]


class Jushuitan(Client):
    platform = "jushuitan"

    def form(self, path, params):
        params = {"app_key": self.known["app_key"], "charset": "utf-8",
                  "timestamp": int(time.time()) + self.skew, **params}
        params["sign"] = self.signed(md5(self.known["app_secret"] + sandwich(params)))
        return self.post(self.known["base_url"] + path, urllib.parse.urlencode(params), FORM)[0]

    def call(self, path, biz):
        return self.form(path, {"access_token": self.known["access_token"], "version": 2,
                                "biz": compact(biz)})

    def refresh(self):
        answer = self.form("/openWeb/auth/refreshToken", {
            "grant_type": "refresh_token", "scope": "all",
            "refresh_token": self.known["refresh_token"]})
        if answer["code"] == "0":
            for name in ("access_token", "refresh_token"):
                self.known[name] = answer["data"][name]
        return answer


class Kingdee(Client):
    platform = "kingdee"
    stub = "/Kingdee.BOS.WebApi.ServicesStub."

    def service(self, name, body, headers=None):
        url = self.known["base_url"] + self.stub + name + ".common.kdsvc"
        return self.post(url, body if isinstance(body, str) else compact(body), headers=headers)

    def sign_in(self, way="password"):
        k, stamp = self.known, str(int(time.time()) + self.skew)
        parts = [k["acct_id"], k["username"], k["app_id"], k["app_secret"], stamp]
        sign = hashlib.sha256("".join(sorted(parts)).encode()).hexdigest()
        name, parameters = {
            "password": ("ValidateUser", [k["acct_id"], k["username"], k["password"], 2052]),
            "app_secret": ("LoginByAppSecret",
                           [k["acct_id"], k["username"], k["app_id"], k["app_secret"], 2052]),
            "sign": ("LoginBySign", [k["acct_id"], k["username"], k["app_id"], stamp,
                                     self.signed(sign), 2052]),
        }[way]
        answer, told = self.service("AuthService." + name, {"parameters": parameters})
        if answer["LoginResultType"] == "1":
            cookies = told.get_all("Set-Cookie")
            self.headers = {"Cookie": "; ".join(one.split(";")[0] for one in cookies)}
        return answer

    def signature_headers(self, path):
        """Signed headers in place of a session."""
        k, stamp = self.known, str(int(time.time()) + self.skew)
        client_id, secret = k["app_id"].split("_")
        pad = b"0054f397c6234378b09ca7d3e5debce7"
        key = base64.b64encode(bytes(a ^ b for a, b in zip(base64.b64decode(secret), pad)))

        def seal(text, with_key):
            code = hmac.new(with_key, text.encode(), hashlib.sha256).hexdigest()
            return base64.b64encode(code.encode()).decode()
        text = (f"POST\n{urllib.parse.quote(path, safe='')}\n\n"
                f"x-api-nonce:{stamp}\nx-api-timestamp:{stamp}\n")
        data = ",".join([k["acct_id"], k["username"], "2052", "0"])
        return {"X-Api-ClientID": client_id, "X-Api-Auth-Version": "2.0",
                "x-api-timestamp": stamp, "x-api-nonce": stamp,
                "x-api-signheaders": "x-api-timestamp,x-api-nonce",
                "X-Api-Signature": seal(text, key), "X-Kd-Appkey": k["app_id"],
                "X-Kd-Appdata": base64.b64encode(data.encode()).decode(),
                "X-Kd-Signature": self.signed(seal(k["app_id"] + data, k["app_secret"].encode()))}

    def query(self, request, method="ExecuteBillQuery", signed_headers=False):
        name = "DynamicFormService." + method
        path = "/K3Cloud" + self.stub + name + ".common.kdsvc"
        headers = self.signature_headers(path) if signed_headers else None
        return self.service(name, {"data": request}, headers)[0]
