# SPDX-License-Identifier: Apache-2.0
"""A connection to a live server through the client library, without any Python package. Answers
are what the text protocol sends, written as `eval --batch` writes them."""
import ctypes
import ctypes.util

ESCAPES = {ord("\\"): "\\\\", ord("\t"): "\\t", ord("\n"): "\\n", ord("\r"): "\\r", 0: "\\0"}
SESSION = ["SET NAMES utf8mb4", "SET time_zone='+08:00'", "SET timestamp=1709622489.123456"]


class Live:
    def __init__(self, socket, database=None):
        self.library = library = ctypes.CDLL(ctypes.util.find_library("mariadb") or "libmariadb.so.3")
        for name in ("mysql_init", "mysql_store_result", "mysql_real_connect"):
            getattr(library, name).restype = ctypes.c_void_p
        library.mysql_fetch_row.restype = ctypes.POINTER(ctypes.c_void_p)
        library.mysql_fetch_lengths.restype = ctypes.POINTER(ctypes.c_ulong)
        self.handle = ctypes.c_void_p(library.mysql_init(None))
        library.mysql_options(self.handle, 7, b"utf8mb4")
        if not library.mysql_real_connect(self.handle, None, b"root", None, None, 0, socket.encode(),
                                          ctypes.c_ulong(0)):
            raise ConnectionError(socket)
        for statement in SESSION:
            self.query(statement)
        if database:
            self.query(f"CREATE DATABASE IF NOT EXISTS {database}")
            self.query(f"USE {database}")
        version = self.query("SELECT VERSION()")
        if "MariaDB" in version:
            self.query("SET NAMES utf8mb4 COLLATE utf8mb4_general_ci")

    def query(self, statement):
        text = statement.encode()
        if self.library.mysql_real_query(self.handle, text, ctypes.c_ulong(len(text))):
            return f"ERROR {self.library.mysql_errno(self.handle)}"
        result = self.library.mysql_store_result(self.handle)
        if not result:
            number = self.library.mysql_errno(self.handle)
            return f"ERROR {number}" if number else ""
        result = ctypes.c_void_p(result)
        row = self.library.mysql_fetch_row(result)
        if not row:
            self.library.mysql_free_result(result)
            return f"ERROR {self.library.mysql_errno(self.handle)}"
        lengths = self.library.mysql_fetch_lengths(result)
        answer = "NULL"
        if row[0]:
            answer = ctypes.string_at(row[0], lengths[0]).decode("utf-8", "replace").translate(ESCAPES)
        self.library.mysql_free_result(result)
        return answer
