"""Publishing says what readers of another language would find unsaid."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from surveys.definition.design_checks import faults
from surveys.definition.survey import Survey
from surveys.definition.templates import template
from surveys.definition.translations import gaps, outdated_translations, with_translations
from surveys.storage import Store
from tests.console.design.test_building import Open, open_page, press, shown

__all__ = ["open_page"]


def survey(**settings: Any) -> Survey:
    """Two questions in Chinese, with *settings*."""
    asked = [
        {"code": "q1", "type": "rating", "title": "总体满意吗？"},
        {"code": "q2", "type": "single_choice", "title": "哪一项？", "hint": "选一项",
         "options": [{"code": "a", "label": "甲"}, {"code": "b", "label": "乙"}]},
    ]  # fmt: skip
    data = {"code": "test", "title": "测试", "use": "测试", "sections": [{"title": "一", "questions": asked}]}
    return Survey.model_validate(data | settings)


def unsaid(tested: Survey) -> list[str]:
    return [str(each.what) for each in faults(tested) if each.kind == "untranslated"]


def test_a_survey_of_one_language_lacks_nothing() -> None:
    """Nobody who never meant to translate is told to."""
    assert not unsaid(survey()) and not unsaid(template("power-visit"))


def test_what_a_language_lacks_is_counted_with_its_first_places() -> None:
    """Title alone in English: everything else is named, options, hints, sections and thanks as well."""
    tested = survey(title={"zh-Hans": "测试", "en": "Test"}, thanks="谢谢")
    (gap,) = gaps(tested)
    assert len(gap.lacking) == gap.total - 1
    places = {each.place for each in gap.lacking}
    assert {"thanks", "sections.1.title", "questions.q2.hint", "questions.q2.options.a.label"} <= places
    (said,) = unsaid(tested)
    assert f"缺 {len(gap.lacking)} 处（共 {gap.total} 处文字）" in said and "结束语" in said


def test_the_default_language_counts_as_any() -> None:
    """A survey begun in English lacks Chinese where nobody has written it."""
    asked = [{"code": "q1", "type": "nps", "title": {"en": "How likely?"}}]
    tested = survey(title={"en": "Test", "zh-Hans": "测试"}, sections=[{"questions": asked}])
    assert "questions.q1.title" in {each.place for gap in gaps(tested) for each in gap.lacking}
    assert any("简体中文" in each for each in unsaid(tested))


def test_a_translation_left_behind_by_its_original_is_named() -> None:
    """The Chinese was reworded, the English was not."""
    before = with_translations(survey(), "en", {"title": "Test", "questions.q1.title": "Satisfied overall?"})
    data = before.model_dump(mode="json")
    data["sections"][0]["questions"][0]["title"]["zh-Hans"] = "您对抢修满意吗？"
    after = Survey.model_validate(data)
    assert [(tag, each.place) for tag, each in outdated_translations(before, after)] == [("en", "questions.q1.title")]
    assert not list(outdated_translations(before, before))


def test_a_template_under_a_new_name_says_that_the_name_is_untranslated(store: Store, open_page: Open) -> None:
    """It is told once; pressing again publishes it as it is."""
    app = open_page("gallery")
    app.session_state["publish work-order open"] = True
    app.run()
    title = next(each for each in app.text_input if each.label == "名称")
    title.set_value("抢修回访")
    _publish(app)
    assert any("English" in each.value and "1 处" in each.value for each in app.warning), shown(app)
    assert not store.surveys.all()
    _publish(app)
    assert store.surveys.get("work-order").live


def _publish(app: AppTest) -> None:
    press(app, "发布")
