#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Expressions out of a grammar: the same seed gives the same list. One expression a line.

    generate.py [COUNT] [SEED]
"""
import random
import sys

NUMBERS = ["0", "1", "-1", "2", "7", "10", "100", "255", "-17", "1.5", "0.1", "2.50", "-3.75", "0.005",
           "123456.789", "1e0", "1.5e0", "-2.5e0", "1e10", "0.1e0", "9223372036854775807",
           "18446744073709551615", "99999999999999999999", "20240305", "20240305150809", "101112",
           "TRUE", "FALSE"]
TEXTS = ["''", "'a'", "'A'", "'abc'", "'ABC '", "'1'", "'10'", "'-5'", "'1.5'", "'1e2'", "'12abc'", "' 7'",
         "'中文'", "'中文测试'", "'é'", "'ß'", "'a,b,c'", "'a-b-c'", "'hello world'", "'0'", "'x%y_z'",
         "'😀'", "'null'", "'订单AB12'", "'13812345678'"]
DATES = ["'2024-03-05'", "'2024-03-05 15:08:09'", "'2024-02-29'", "'2023-12-31 23:59:59.5'", "'20240305'",
         "'2024-1-9'", "'24-01-31'", "DATE'2024-03-05'", "DATE'2024-01-31'",
         "TIMESTAMP'2024-03-05 15:08:09'", "TIMESTAMP'2024-12-31 23:59:59.999'", "NOW()", "CURDATE()",
         "'2024-13-01'", "'2024-02-30'", "'0000-00-00'", "20240305"]
TIMES = ["'10:11:12'", "'-01:30:00'", "'100:00:00'", "TIME'10:11:12'", "TIME'10:11:12.5'", "CURTIME()",
         "'00:00:01.5'", "101112", "'2024-03-05 10:11:12'"]
JSONS = ["'{\"a\":1,\"b\":[1,2,3]}'", "'[1,\"x\",null]'", "'{\"k\":{\"z\":1.5}}'", "'\"text\"'", "'5'",
         "JSON_ARRAY(1,'a',2.50)", "JSON_OBJECT('a',1,'b','x')"]
PATHS = ["'$'", "'$.a'", "'$.b[1]'", "'$.k.z'", "'$[0]'", "'$.*'", "'$[last]'"]
VALUES = ["'1'", "'\"x\"'", "'5'"]
UNITS = ["MICROSECOND", "SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"]
PAIRS = [("DAY_HOUR", "'1 2'"), ("MINUTE_SECOND", "'5:30'"), ("YEAR_MONTH", "'1-2'"),
         ("HOUR_MINUTE", "'2:30'"), ("DAY_SECOND", "'1 02:03:04'"), ("SECOND_MICROSECOND", "'1.5'")]
FORMATS = ["'%Y-%m-%d'", "'%Y年%c月%e日'", "'%H:%i:%s'", "'%W %M %j'", "'%D %b %y'", "'%h:%i %p'", "'%T.%f'",
           "'%U %u %V %v %X %x'", "'%a %w'", "'%r'", "'%l %k %%'"]
CASTS = ["SIGNED", "UNSIGNED", "CHAR", "CHAR(3)", "DECIMAL(10,2)", "DECIMAL(20,6)", "DOUBLE", "DATE",
         "DATETIME", "DATETIME(3)", "TIME", "TIME(1)", "BINARY", "FLOAT"]
PATTERNS = ["'%a%'", "'_b%'", "'abc'", "'%中%'", "'1%'", "'%\\\\_%'"]
REGEXES = ["'^[a-z]+$'", "'[0-9]+'", "'b|c'", "'^中'", "'(a)(.)'", "'x?y'"]
TO_NUMBER = ["ABS", "CEIL", "FLOOR", "ROUND", "SIGN", "LENGTH", "CHAR_LENGTH", "ASCII", "ORD", "CRC32",
             "BIT_COUNT", "ISNULL", "BIT_LENGTH"]
FROM_DATE = ["YEAR", "MONTH", "DAY", "DAYOFWEEK", "WEEKDAY", "DAYOFYEAR", "WEEK", "WEEKOFYEAR", "YEARWEEK",
             "QUARTER", "TO_DAYS", "LAST_DAY", "DAYNAME", "MONTHNAME", "DATE", "UNIX_TIMESTAMP",
             "TO_SECONDS", "TIMESTAMP"]
FROM_TIME = ["HOUR", "MINUTE", "SECOND", "MICROSECOND", "TIME_TO_SEC", "TIME"]
TO_TEXT = ["UPPER", "LOWER", "REVERSE", "TRIM", "LTRIM", "RTRIM", "HEX", "TO_BASE64", "QUOTE", "SOUNDEX"]
COMPARISONS = ["=", "<", ">", "<=", ">=", "<>", "<=>"]


class Grammar:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, items):
        return self.random.choice(items)

    def any(self, depth):
        kinds = [self.number, self.number, self.text, self.text, self.date, self.time, self.truth]
        if self.random.random() < 0.03:
            return "NULL"
        return self.pick(kinds)(depth)

    def small(self):
        return str(self.random.randint(-2, 6))

    def number(self, depth):
        if depth <= 0:
            return self.pick(NUMBERS)
        d = depth - 1
        return self.pick([
            lambda: self.pick(NUMBERS),
            lambda: f"({self.any(d)} {self.pick(['+', '-', '*', '/', '%', 'DIV'])} {self.any(d)})",
            lambda: f"({self.number(d)} {self.pick(['+', '-', '*', '/'])} {self.number(d)})",
            lambda: f"({self.number(d)} {self.pick(['&', '|', '^', '<<', '>>'])} {self.number(d)})",
            lambda: f"{self.pick(TO_NUMBER)}({self.any(d)})",
            lambda: f"ROUND({self.number(d)},{self.small()})",
            lambda: f"TRUNCATE({self.number(d)},{self.small()})",
            lambda: f"MOD({self.number(d)},{self.number(d)})",
            lambda: f"-{self.number(d)}" if d > 0 else f"-({self.pick(NUMBERS)})",
            lambda: f"LOCATE({self.text(d)},{self.text(d)})",
            lambda: f"{self.pick(FROM_DATE)}({self.date(d)})",
            lambda: f"{self.pick(FROM_TIME)}({self.time(d)})",
            lambda: f"DATEDIFF({self.date(d)},{self.date(d)})",
            lambda: f"TIMESTAMPDIFF({self.pick(UNITS)},{self.date(d)},{self.date(d)})",
            lambda: f"FIELD({self.any(d)},{self.any(d)},{self.any(d)})",
            lambda: f"CAST({self.any(d)} AS {self.pick(CASTS[:2] + CASTS[4:7])})",
            lambda: f"EXTRACT({self.pick(UNITS)} FROM {self.date(d)})",
            lambda: f"JSON_LENGTH({self.json(d)})",
            lambda: f"SQRT({self.number(d)})",
            lambda: f"POW({self.number(d)},{self.small()})",
            lambda: f"STRCMP({self.any(d)},{self.any(d)})",
        ])()

    def text(self, depth):
        if depth <= 0:
            return self.pick(TEXTS)
        d = depth - 1
        return self.pick([
            lambda: self.pick(TEXTS),
            lambda: f"CONCAT({self.any(d)},{self.any(d)})",
            lambda: f"CONCAT_WS({self.text(d)},{self.any(d)},{self.any(d)})",
            lambda: f"{self.pick(TO_TEXT)}({self.any(d)})",
            lambda: f"LEFT({self.any(d)},{self.small()})",
            lambda: f"RIGHT({self.any(d)},{self.small()})",
            lambda: f"SUBSTRING({self.any(d)},{self.small()},{self.small()})",
            lambda: f"SUBSTRING_INDEX({self.text(d)},{self.pick(TEXTS)},{self.small()})",
            lambda: f"REPLACE({self.any(d)},{self.text(d)},{self.text(d)})",
            lambda: f"LPAD({self.any(d)},{self.small()},{self.text(d)})",
            lambda: f"RPAD({self.any(d)},{self.small()},{self.text(d)})",
            lambda: f"REPEAT({self.any(d)},{self.small()})",
            lambda: f"INSERT({self.any(d)},{self.small()},{self.small()},{self.text(d)})",
            lambda: f"CAST({self.any(d)} AS {self.pick(CASTS)})",
            lambda: f"IF({self.truth(d)},{self.any(d)},{self.any(d)})",
            lambda: f"IFNULL({self.any(d)},{self.any(d)})",
            lambda: f"COALESCE({self.any(d)},{self.any(d)},{self.any(d)})",
            lambda: f"NULLIF({self.any(d)},{self.any(d)})",
            lambda: f"CASE WHEN {self.truth(d)} THEN {self.any(d)} ELSE {self.any(d)} END",
            lambda: f"CASE {self.any(d)} WHEN {self.any(d)} THEN {self.any(d)} ELSE {self.any(d)} END",
            lambda: f"{self.pick(['GREATEST', 'LEAST'])}({self.any(d)},{self.any(d)})",
            lambda: f"ELT({self.small()},{self.any(d)},{self.any(d)})",
            lambda: f"DATE_FORMAT({self.date(d)},{self.pick(FORMATS)})",
            lambda: f"FORMAT({self.number(d)},{self.small()})",
            lambda: f"CONV({self.number(d)},10,{self.pick(['2', '16', '36', '-10'])})",
            lambda: f"REGEXP_REPLACE({self.text(d)},{self.pick(REGEXES)},'<$0>')",
            lambda: f"REGEXP_SUBSTR({self.text(d)},{self.pick(REGEXES)})",
            lambda: f"JSON_EXTRACT({self.json(d)},{self.pick(PATHS)})",
            lambda: f"JSON_UNQUOTE(JSON_EXTRACT({self.json(d)},{self.pick(PATHS)}))",
            lambda: f"JSON_ARRAY({self.any(d)},{self.any(d)})",
        ])()

    def date(self, depth):
        if depth <= 0:
            return self.pick(DATES)
        d = depth - 1
        unit, amount = self.pick(PAIRS)
        return self.pick([
            lambda: self.pick(DATES),
            lambda: f"DATE_ADD({self.date(d)}, INTERVAL {self.small()} {self.pick(UNITS)})",
            lambda: f"DATE_SUB({self.date(d)}, INTERVAL {self.number(0)} {self.pick(UNITS)})",
            lambda: f"DATE_ADD({self.date(d)}, INTERVAL {amount} {unit})",
            lambda: f"({self.date(d)} + INTERVAL {self.small()} {self.pick(UNITS)})",
            lambda: f"DATE({self.date(d)})",
            lambda: f"LAST_DAY({self.date(d)})",
            lambda: f"CAST({self.date(d)} AS {self.pick(['DATE', 'DATETIME', 'DATETIME(2)'])})",
            lambda: f"FROM_UNIXTIME({self.random.randint(0, 2000000000)})",
            lambda: f"TIMESTAMP({self.date(d)},{self.time(d)})",
            lambda: f"MAKEDATE({self.random.randint(1999, 2030)},{self.random.randint(0, 400)})",
            lambda: f"IFNULL({self.date(d)},{self.date(d)})",
            lambda: f"STR_TO_DATE('05/03/2024 10:11','%d/%m/%Y %H:%i')",
        ])()

    def time(self, depth):
        if depth <= 0:
            return self.pick(TIMES)
        d = depth - 1
        return self.pick([
            lambda: self.pick(TIMES),
            lambda: f"TIMEDIFF({self.time(d)},{self.time(d)})",
            lambda: f"ADDTIME({self.time(d)},{self.time(0)})",
            lambda: f"SEC_TO_TIME({self.number(d)})",
            lambda: f"MAKETIME({self.random.randint(-5, 30)},{self.random.randint(0, 60)},{self.pick(NUMBERS)})",
            lambda: f"TIME({self.date(d)})",
            lambda: f"CAST({self.time(d)} AS TIME)",
        ])()

    def truth(self, depth):
        if depth <= 0:
            return self.pick(["1", "0", "NULL", "'a'", "'1'"])
        d = depth - 1
        return self.pick([
            lambda: f"({self.any(d)} {self.pick(COMPARISONS)} {self.any(d)})",
            lambda: f"({self.truth(d)} {self.pick(['AND', 'OR', 'XOR'])} {self.truth(d)})",
            lambda: f"(NOT {self.any(d)})",
            lambda: f"({self.any(d)} IS {self.pick(['', 'NOT '])}{self.pick(['NULL', 'TRUE', 'FALSE'])})",
            lambda: f"({self.any(d)} BETWEEN {self.any(d)} AND {self.any(d)})",
            lambda: f"({self.any(d)} {self.pick(['', 'NOT '])}IN ({self.any(d)},{self.any(d)}))",
            lambda: f"({self.any(d)} LIKE {self.pick(PATTERNS)})",
            lambda: f"({self.text(d)} REGEXP {self.pick(REGEXES)})",
            lambda: f"JSON_CONTAINS({self.json(d)},{self.pick(VALUES)})",
            lambda: f"JSON_VALID({self.text(d)})",
        ])()

    def json(self, depth):
        return self.pick(JSONS)


def expressions(count, seed):
    grammar = Grammar(seed)
    return [grammar.any(grammar.random.randint(1, 4)) for _ in range(count)]


if __name__ == "__main__":
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    print("\n".join(expressions(count, seed)))
