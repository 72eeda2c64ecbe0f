"""What requests no browser would send are made of: values, kinds and header lines, each odd in its own way."""

from __future__ import annotations

from typing import Any

METHODS = (
    "GET",
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "PROPFIND",
    "get",
    "",
    "GÉT",
    "X" * 300,
)
ODD: tuple[bytes, ...] = (
    b"", b" ", b"0", b"-1", b"1", b"7", b"9" * 400, b"1e309", b"NaN", b"inf", b"1_000", b"0x10", b"+5", b" 5 ",
    "²".encode(), "½".encode(), "٣".encode(), "１２".encode(), b"\xff\xfe", b"\xed\xa0\x80", b"\x00", b"a\x00b",
    b"\r\nSet-Cookie: a=b", b"%s%n%x", b"%00", b"%", b"%zz", b"../../etc/passwd", b"..", b"//", b"\\", b"'", b'"',
    b"' OR 1=1 --", b"{{7*7}}", b"${7*7}", b"<b>", b"true", b"null", b"[]", b"{}", b"[[[[", b"2027-02-30",
    b"9999-12-31", b"0001-01-01", b"2027-03-28", b"2027-W99", b"24:00", b"02:30", b"99:99", b"Europe/Nowhere",
    b"Europe/../Berlin", b"ti", b"xx-Latn-x-y", b"thea@example.org", b"@", "ሰላም".encode(), "\u202eסוף".encode(),
    "a\u0301\u200d".encode(), "😀".encode(), b"x" * 5_000, b"|", b"|||", b"a|b|c", b",", b"=1+1", b"no-such-thing",
    b"p-ines", b"case-T-1001", b"on", b"yes", b"no", b"\n\n", b"\t",
)  # fmt: skip
"""Values for a place, a field or a header: numbers that are none, days there are not, bytes that are no text."""
ASKED = ("page", "q", "week", "day", "first", "last", "before", "order", "by", "tab", "check", "verb", "next", "to")
TYPES = (
    "application/x-www-form-urlencoded", "application/json", "application/json; charset=utf-16", "text/plain",
    "multipart/form-data", "multipart/form-data; boundary=cut", "multipart/form-data; boundary=", "text/csv",
    "application/xml", "", "a/b;c=d;e", "application/json;charset=\xff", "x" * 500, "multipart/mixed; boundary=cut",
)  # fmt: skip
HEADERS = (
    "ACCEPT", "ACCEPT_LANGUAGE", "ACCEPT_ENCODING", "IF_MATCH", "IF_NONE_MATCH", "IF_MODIFIED_SINCE", "RANGE",
    "IDEMPOTENCY_KEY", "X_FORWARDED_FOR", "X_FORWARDED_HOST", "X_FORWARDED_PROTO", "ORIGIN", "REFERER", "USER_AGENT",
    "SEC_FETCH_SITE", "AUTHORIZATION", "COOKIE", "HOST", "TRANSFER_ENCODING", "CONTENT_ENCODING", "EXPECT",
    "X_HTTP_METHOD_OVERRIDE", "UPGRADE", "X_CSRFTOKEN", "AUTHENTICATION_TOKEN", "X_ODD\xff",
)  # fmt: skip
LINES = (
    "Bearer", "Bearer ", "Bearer a b", "Basic !!!", "Basic Og==", "Digest x", 'Digest username="', "bearer \xff",
    "triad=x; triad=y", "triad", "=;=;", "form=\xff", "bytes=0-", "bytes=9-1", "bytes=-", "q=a;q=", "*/*;q=x",
    "text/html;q=9", "de-DE,de;q=x", "xx;q=0", '"1"', 'W/"1"', '"99999999999"', "*", "Sun, 99 Foo 2027", "gzip",
    "chunked", "100-continue", "null", "https://[", "http://a b", "[::1", "localhost:99999", "evil.example",
)  # fmt: skip
WORTH: tuple[Any, ...] = (None, True, 0, -1, 1.5, 10**400, [], {}, [None], {"a": {"a": {}}}, "\ud800", "\0", [[[]]])
"""What a field of a body can hold that is no text."""
