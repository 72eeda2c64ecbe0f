"""Every address is built as the library would build it, though its builder is made late."""

from __future__ import annotations

from typing import Any

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from triad.web.addresses import LateRule


def value(converter: Any) -> Any:
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 7 if isinstance(converter, IntegerConverter) else "a b"


def test_every_rule_builds_what_the_library_would(app: Flask) -> None:
    late = [rule for rule in app.url_map.iter_rules() if isinstance(rule, LateRule)]
    for rule in late:
        given = {name: value(rule._converters[name]) for name in rule.arguments} | {"more": "1"}
        plain = Rule(rule.rule, endpoint=rule.endpoint, methods=rule.methods)
        plain.bind(app.url_map)
        assert rule.build(given) == plain.build(given)
    assert len(late) > 200


def test_builder_is_made_when_it_is_asked_for(app: Flask, monkeypatch: Any) -> None:
    made: list[str] = []
    original = Rule._compile_builder

    def counted(self: Rule, append_unknown: bool = True) -> Any:
        made.append(self.rule)
        return original(self, append_unknown)

    monkeypatch.setattr(Rule, "_compile_builder", counted)
    rule = LateRule("/x/<int:n>", endpoint="x")
    rule.bind(app.url_map.__class__())
    assert made == []
    assert [rule.build({"n": 1}), rule.build({"n": 2})] == [("", "/x/1"), ("", "/x/2")]
    assert made == ["/x/<int:n>"]
