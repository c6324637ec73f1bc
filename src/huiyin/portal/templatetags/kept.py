"""`{% kept "name" %}…{% endkept %}`: a part of the frame around a page, drawn once and then taken from memory.

Only for parts that depend on nothing but `shell`: header and footer. Drawing them takes half the time of a receipt.
"""

from __future__ import annotations

from django import template
from django.template.base import FilterExpression, Node, NodeList, Parser, Token
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from huiyin.organisation import store

register = template.Library()

#: Frames remembered: two languages, two sizes of letters, a few addresses.
MOST = 64
_frames: dict[tuple[str, ...], SafeString] = {}


class Kept(Node):
    """Its contents, from memory when pack, language, address and size of letters are the same."""

    def __init__(self, name: FilterExpression, nodes: NodeList) -> None:
        self.name = name
        self.nodes = nodes

    def render(self, context: Context) -> SafeString:
        shell = context["shell"]
        try:
            pack = store.current().digest
        except store.NoPackLoaded:
            pack = ""
        key = (str(self.name.resolve(context)), pack, get_language() or "", shell.here, shell.text_size)
        found = _frames.get(key)
        if found is None:
            found = mark_safe(self.nodes.render(context))  # noqa: S308  what the template engine has just made safe
            if len(_frames) >= MOST:
                _frames.clear()
            _frames[key] = found
        return found


@register.tag
def kept(parser: Parser, token: Token) -> Kept:
    """Parse `{% kept "name" %}`."""
    parts = token.split_contents()
    if len(parts) != 2:
        raise template.TemplateSyntaxError("kept needs a name")
    nodes = parser.parse(("endkept",))
    parser.delete_first_token()
    return Kept(parser.compile_filter(parts[1]), nodes)
