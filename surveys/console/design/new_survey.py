"""Ways to begin a survey: from a template, from a few questions, from a file; or to publish one as it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import PurePath

import streamlit as st

from surveys.console.design.builder import desk
from surveys.console.design.builder.checks import lacking
from surveys.console.design.builder.definition_export import lost
from surveys.console.design.builder.publishing import publish
from surveys.console.design.missing_subjects import missing_subjects, published_words
from surveys.console.kit import look, session
from surveys.console.kit.choosers import department_names
from surveys.console.kit.words import _, join_names, said
from surveys.definition.survey import Survey
from surveys.definition.templates import UnfitDefinition
from surveys.editing import Draft
from surveys.editing.ratings import usual_draft
from surveys.exchange.definitions import DEFINITION_FORMATS, DefinitionFormat
from surveys.localisation.language import marked
from surveys.localisation.wording import Message, Text, saying
from surveys.storage.changes import ChangedMeanwhile
from surveys.storage.records.surveys import NOT_PUBLISHED

_CODE = re.compile(r"[a-z][a-z0-9\-]{1,59}")


def free_code(code: str, taken: Sequence[str]) -> str:
    """The code itself, or the first numbered one that no survey has."""
    numbered = (f"{code[:55]}-{number}" for number in range(2, len(taken) + 3))
    return code if code not in taken else next(each for each in numbered if each not in taken)


def start(survey: Survey, code: str) -> None:
    """Begin a draft from a survey under a code of its own, and open it."""
    draft = Draft.of(survey.model_copy(update={"code": code}))
    open_builder(desk.begin(Draft(draft.data, saying(marked("从“{title}”开始"), title=survey.title))))


def open_builder(code: str) -> None:
    """Open the builder on this survey."""
    desk.leave()
    st.query_params["edit"] = code


def from_few_questions(taken: Sequence[str]) -> None:
    """A survey from its name and what it is to rate."""
    with st.form("starting.new", border=True):
        title = st.text_input(_("问卷名称"), max_chars=80, placeholder=_("例如 抢修服务回访"))
        aspects = st.text_area(
            _("要评价哪些方面（每行一个，可以留空）"), height=150, placeholder=_("供电可靠性\n抢修服务\n服务态度"),
            help=_("每个方面成为一个维度和一道评分题，权重先平均分配，之后都可以改"),
        )  # fmt: skip
        following = st.checkbox(_("再问推荐意愿（NPS）和意见建议"), value=True)
        if st.form_submit_button(_("创建问卷"), type="primary"):
            _create(title.strip(), aspects, following, taken)


def _create(title: str, aspects: str, following: bool, taken: Sequence[str]) -> None:
    if not title:
        st.error(_("请填写问卷名称。"))
        return
    labels = list(dict.fromkeys(line.strip() for line in aspects.splitlines() if line.strip()))
    open_builder(desk.begin(usual_draft(free_code("survey", taken), title, labels, following=following)))
    st.rerun()


# From a file


def from_file(taken: Sequence[str]) -> None:
    """A definition brought along: what can't be taken over is listed before it is taken."""
    suffixes = {suffix for each in DEFINITION_FORMATS.values() for suffix in (each.suffix, each.older_suffix) if suffix}
    endings = sorted({suffix.removeprefix(".") for suffix in suffixes} | {"yml"})
    st.markdown(_("可以带入本系统的 YAML、JSON 定义，以及 {names} 的文件。").format(names=join_names(_foreign())))
    file = st.file_uploader(_("问卷定义文件"), type=endings, key="starting.file")
    if file is None:
        return
    name, data = file.name, file.getvalue()
    formats = formats_for(name, data)
    known = {each.label: each for each in formats}
    label = st.segmented_control(_("文件格式"), list(known), default=formats[0].label) if len(formats) > 1 else None
    try:
        survey, losses = known.get(label or "", formats[0]).read(data, name)
    except UnfitDefinition as error:
        st.error(_("这个文件有 {count} 个问题，改好后请重新上传。").format(count=len(error.problems)))
        problems = [(said(each.place), said(each.message)) for each in error.problems]
        look.table([_("位置"), _("问题与改法")], problems, taken=False)
        return
    count = sum(1 for _ in survey.questions())
    st.success(
        _("读到“{title}”，共 {count} 题。").format(title=said(survey.title), count=count),
        icon=":material/check_circle:",
    )
    lost(losses, _("内容完整带入，没有损失。"))
    _offer(survey, taken)


def _foreign() -> list[str]:
    return [each.label for name, each in DEFINITION_FORMATS.items() if name not in ("yaml", "json")]


def formats_for(name: str, data: bytes) -> list[DefinitionFormat]:
    """The formats a file may be in, the likeliest first."""
    suffix = PurePath(name).suffix.lower().replace(".yml", ".yaml")
    fitting = [each for each in DEFINITION_FORMATS.values() if suffix and suffix in (each.suffix, each.older_suffix)]
    foreign = suffix == ".json" and b'"sections"' not in data
    return list(reversed(fitting)) if foreign else fitting


def _offer(survey: Survey, taken: Sequence[str]) -> None:
    """To build on what was read; under the code of a present survey as its next version."""
    with st.container(horizontal=True):
        if survey.code in taken:
            st.button(_("作为新问卷打开"), type="primary", on_click=start, args=(survey, free_code(survey.code, taken)))
            st.button(_("作为“{code}”的新版本打开").format(code=survey.code), on_click=_as_version, args=(survey,))
        else:
            st.button(_("打开编辑"), type="primary", on_click=start, args=(survey, survey.code))


def _as_version(survey: Survey) -> None:
    """Put what was read in place of the draft of the same code."""
    open_builder(survey.code)
    desk.open_draft(survey.code)
    desk.take(_replaced, survey)


def _replaced(draft: Draft, survey: Survey) -> Draft:
    return draft.after(Draft.of(survey).copied(), Message(marked("换成导入的定义")))


# Published as it is


def publish_form(survey: Survey, taken: Sequence[str]) -> None:
    """Name, code and owner of a survey that is published unchanged."""
    names = {"": _("全组织")} | department_names()
    with st.form(f"publish {survey.code}", border=False):
        title = st.text_input(_("名称"), str(survey.title), max_chars=80)
        code = st.text_input(_("代号"), free_code(survey.code, taken), max_chars=60)
        owner = st.selectbox(_("归属部门"), list(names), format_func=names.__getitem__)
        key = f"unsaid {survey.code}"  # session key: the title whose missing translations were told
        for each in st.session_state.get(key, ("", ()))[1]:
            st.warning(each)
        if st.form_submit_button(_("发布"), type="primary"):
            named = retitle(survey, title.strip())
            unsaid = lacking(named)
            if unsaid and title.strip() and st.session_state.get(key, ("",))[0] != title:
                st.session_state[key] = (title, [*unsaid, _("可以先补译文；再按一次“发布”就照现在的样子发布。")])
                st.rerun()
            _publish(named, title.strip(), code.strip(), owner or None, taken)


def retitle(survey: Survey, title: str) -> Survey:
    """The survey under this title, which is not yet said in its other languages; as it is under its own or none."""
    own = not title or title == str(survey.title)
    return survey if own else survey.model_copy(update={"title": Text.model_validate(title)})


def _publish(survey: Survey, title: str, code: str, owner: str | None, taken: Sequence[str]) -> None:
    if not _CODE.fullmatch(code):
        st.error(_("代号用小写字母开头，只含小写字母、数字和连字符，2 到 60 个字符。"))
    elif not title:
        st.error(_("请填写名称。"))
    elif code in taken:
        st.error(_("代号“{code}”已经在用，请换一个。").format(code=code))
    elif missing := missing_subjects(survey):
        st.error(missing)
    else:
        try:
            publish(survey.model_copy(update={"code": code}), owner, NOT_PUBLISHED)
        except ChangedMeanwhile:
            st.error(_("代号“{code}”已经在用，请换一个。").format(code=code))
            return
        look.done(published_words(survey, title))


def taken_codes() -> list[str]:
    """Codes of all surveys and drafts."""
    store = session.store()
    return [*(each.code for each in store.surveys.all(archived=True)), *(each.survey for each in store.drafts.all())]
