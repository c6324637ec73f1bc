from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.utils.translation import override

from huiyin.cases.lifecycle import state
from huiyin.site import chips

NOW = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
DUE = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


def show(source: str, language: str = "zh-hans", **context: Any) -> str:
    with override(language):
        return Template(source).render(Context({"now": NOW, "due": DUE, **context}))


class Form(forms.Form):
    text = forms.CharField(label="您想说什么？", help_text="用您自己的话", max_length=20, widget=forms.Textarea)
    phone = forms.CharField(label="电话", required=False)
    kind = forms.ChoiceField(label="种类", choices=[("a", "求助"), ("b", "<建议>")], widget=forms.RadioSelect)
    public = forms.BooleanField(label="可以公开", required=False)


@pytest.mark.parametrize(
    ("form", "zh", "en"),
    [
        ("moment", "11月26日（周四）17:00", "Thursday 26 November, 17:00"),
        ("day", "11月26日（周四）", "Thursday 26 November"),
        ("deadline", "11月26日（周四）17:00 前", "Thursday 26 November, by 17:00"),
        ("left", "还有 4 天", "4 days left"),
        ("due", "11月26日（周四）17:00 前（还有 4 天）", "Thursday 26 November, by 17:00 (4 days left)"),
    ],
)
def test_times_are_words_in_the_page_s_language(form: str, zh: str, en: str, settings: Any) -> None:
    settings.TIME_ZONE = "Asia/Shanghai"
    assert show("{% date_words due form %}", form=form) == zh
    assert show("{% date_words due form %}", "en", form=form) == en
    assert f">{zh}</time>" in show("{% moment due form %}", form=form)


def test_a_missing_time_shows_nothing() -> None:
    assert show("{% date_words none %}{% moment none %}", none=None) == ""


def test_an_unknown_form_of_time_is_a_builder_s_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        show('{% date_words due "soon" %}')


def test_names_come_in_the_page_s_language_and_fall_back() -> None:
    names = {"zh": "江湾", "en": "River Bend"}
    assert show("{{ names|local }}", names=names) == "江湾"
    assert show("{{ names|local }}", "en", names=names) == "River Bend"
    assert show("{{ names|local }}", "en", names={"zh": "江湾"}) == "江湾"


@pytest.mark.parametrize(
    ("kind", "codes"), [("claim", state.Claim), ("verdict", state.Verdict), ("outcome", state.Outcome)]
)
def test_every_code_of_the_lifecycle_has_words(kind: str, codes: Any) -> None:
    for code in codes:
        for voice in ("you", "public"):
            assert "chip-" in show("{% chip kind code voice %}", kind=kind, code=code, voice=voice)


def test_claims_verdicts_and_the_unknown_never_share_a_look() -> None:
    looks: dict[str, set[str]] = {}
    for (kind, _), (look, *_words) in chips.WORDS.items():
        looks.setdefault(kind, set()).add(look)
    assert looks["claim"] == {"claim"}
    assert "claim" not in looks["verdict"] | looks["outcome"]
    assert chips.WORDS["outcome", "unknown"][0] == "unknown"
    assert chips.WORDS["verdict", "cannot_say"][0] == "unknown"


def test_claims_and_verdicts_never_share_words() -> None:
    claims = {str(word) for (kind, _), words in chips.WORDS.items() if kind == "claim" for word in words[1:]}
    verdicts = {str(word) for (kind, _), words in chips.WORDS.items() if kind != "claim" for word in words[1:]}
    assert claims & verdicts == set()


def test_a_code_without_words_is_never_shown_wordless() -> None:
    with pytest.raises(KeyError):
        show('{% chip "outcome" "brilliant" %}')


def test_a_clock_says_what_is_left_who_is_waited_for_and_how_late_it_is() -> None:
    assert "还有 4 天" in show('{% clock "running" due %}')
    late = show('{% clock "running" due %}', due=NOW - timedelta(hours=5))
    assert "clock-overdue" in late
    assert "超期 5 小时" in late
    assert "waiting for: the resident" in show('{% clock "waiting" waiting_for="the resident" %}', "en")
    assert "clock-done" in show('{% clock "done" %}')


def test_a_running_clock_without_a_time_is_a_builder_s_mistake() -> None:
    with pytest.raises(TemplateSyntaxError):
        show('{% clock "running" %}')


def test_a_field_ties_label_hint_and_error_together() -> None:
    html = show("{% field form.text %}", form=Form({}))
    assert '<label for="id_text">' in html
    assert 'aria-describedby="id_text-hint id_text-error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_text-hint"' in html
    assert 'id="id_text-error"' in html
    assert "field-bad" in html
    assert "最多 20 字" in html


def test_a_field_that_may_stay_empty_says_so() -> None:
    assert "（可不填）" in show("{% field form.phone %}", form=Form())
    assert "(optional)" in show("{% field form.phone %}", "en", form=Form())
    assert "可不填" not in show("{% field form.text %}", form=Form())


def test_choices_are_a_group_with_a_legend_and_escaped_words() -> None:
    html = show("{% field form.kind %}", form=Form({}))
    assert "<fieldset" in html
    assert "<legend>种类</legend>" in html
    assert html.count('class="choice"') == 2
    assert "&lt;建议&gt;" in html
    assert 'aria-describedby="id_kind-error"' in html


def test_a_single_checkbox_has_its_words_inside_the_card() -> None:
    html = show("{% field form.public %}", form=Form())
    assert html.count("可以公开") == 1
    assert 'type="checkbox"' in html


def test_the_error_summary_leads_to_each_field_and_names_it() -> None:
    html = show("{% error_summary form %}{% field form.text %}{% field form.kind %}", form=Form({}))
    assert '<a href="#id_text">您想说什么：' in html
    assert '<a href="#id_kind">种类：' in html
    assert 'id="id_kind"' in html
    assert show("{% error_summary form %}", form=Form({"text": "a", "kind": "a"})).strip() == ""


def test_a_phone_number_can_be_tapped_and_is_escaped() -> None:
    assert show("{% phone number %}", number="010-1234 5678") == (
        '<a class="phone" href="tel:01012345678">010-1234 5678</a>'
    )
    assert "<b>" not in show("{% phone number %}", number="<b>1")
    assert show("{% phone number %}", number="") == ""


def test_the_funnel_comes_with_its_table() -> None:
    counts = {"received": 40, "claimed": 30, "asked": 20, "answered": 10, "confirmed": 7, "disputed": 2, "unknown": 21}
    html = show("{% funnel counts %}", counts=counts)
    assert "<details>" in html
    assert html.count("<tr>") == 1 + 7
    assert "不算解决" in html
    assert "never counted as solved" in show("{% funnel counts %}", "en", counts=counts)


def test_an_interval_is_drawn_with_its_n() -> None:
    assert "n\u00a0=\u00a097" in show("{% interval 0.53 0.63 0.72 97 %}")
    assert "between 53% and 72%" in show("{% percent_interval 0.53 0.63 0.72 97 %}", "en")


def test_what_a_person_typed_is_told_from_a_code_of_the_form() -> None:
    assert show("{% if v|written_by_hand %}yes{% endif %}", v="路灯坏了") == "yes"
    assert show("{% if v|written_by_hand %}yes{% endif %}", v="two words") == "yes"
    assert show("{% if v|written_by_hand %}yes{% endif %}", v="not_solved") == ""


def test_names_can_also_be_one_sentence_of_the_house() -> None:
    from django.utils.translation import gettext_lazy

    assert show("{{ names|local }}", "en", names=gettext_lazy("每月报告")) == "Monthly report"


def test_no_text_field_cuts_off_what_is_pasted_into_it() -> None:
    class Words(forms.Form):
        words = forms.CharField(label="w", max_length=20, widget=forms.Textarea)

    shown = Template("{% load huiyin %}{% field form.words %}").render(Context({"form": Words()}))
    assert "maxlength" not in shown
    assert 'data-most="20"' in shown
