"""What the organisation's language model is asked for on a page: told what it costs, watched, cancelled, then shown."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any

import streamlit as st

from analysis.text.language_model.connection import LanguageModel
from analysis.text.language_model.jobs import JOBS, ModelJob, TooManyJobs
from analysis.text.language_model.material import ModelMaterial
from surveys.console.kit import look, session
from surveys.console.kit.words import _, reason
from surveys.permissions import Action
from surveys.settings import LanguageModelSettings

_ACTION = Action.TEACH_TEXT_MODEL
Reading = Callable[[LanguageModel, ModelMaterial, Callable[[int], None]], Any]


def answered(
    key: Hashable, settings: LanguageModelSettings, material: ModelMaterial, button: str, reading: Reading
) -> Any:
    """What the model has made of the *material*, with the way to ask it; None as long as there is nothing."""
    job = JOBS.of(key)
    if job is not None and not job.ended.is_set() and not job.cancelled:
        session.fragment(_ACTION, 1)(_watch)(job, len(material.texts))
        return None
    if job is not None and job.result is not None:
        _marked(job, settings)
    else:
        _standing(job, material, settings)
    if st.button(button, icon=":material/neurology:", key=f"ask model {button}"):
        session.acting(_ACTION)
        try:
            JOBS.start(key, settings, lambda model, tell: reading(model, material, tell))
        except TooManyJobs:
            st.warning(_("大语言模型正忙，请稍后再试。"))
        else:
            st.rerun()
    return job.result if job is not None else None


def _standing(job: ModelJob | None, material: ModelMaterial, settings: LanguageModelSettings) -> None:
    """What asking would send and cost, and what went wrong before."""
    if job is not None and job.cancelled:
        look.soft(_("已取消。到取消为止：{use}。").format(use=_use(job, settings)))
    elif job is not None and job.problem:
        st.warning(look.as_written(reason(job.problem)))
    sent, written = material.likely_tokens
    words = _(
        "将把 {read} 条留言（共 {of} 条，个人信息先遮住）发给 {model}（{url}），"
        "约 {sent} 个 token，回答至多 {written} 个，费用至多约 {cost:.2f} 元。"
    )
    look.soft(
        words.format(
            read=len(material.texts), of=material.of, model=settings.model, url=settings.url, sent=sent,
            written=written, cost=material.likely_cost(settings.price),
        )
    )  # fmt: skip


def _watch(job: ModelJob, of: int) -> None:
    if job.ended.is_set():
        st.rerun()
    st.progress(min(job.done / of, 1.0), text=_("大语言模型已读 {done} / {of} 条").format(done=job.done, of=of))
    st.button(_("取消"), key="cancel model", on_click=job.cancel)


def _marked(job: ModelJob, settings: LanguageModelSettings) -> None:
    """Who wrote what follows, and what it took."""
    words = _("以下由大语言模型 {model} 归纳（提示词 {prompt}）；数字由系统计数，引文逐字核对过。{use}。")
    look.soft(words.format(model=settings.model, prompt=job.result.prompt, use=_use(job, settings)))


def _use(job: ModelJob, settings: LanguageModelSettings) -> str:
    words = _("{requests} 次请求，{tokens} 个 token，{cost:.2f} 元")
    use = job.use
    return words.format(requests=use.requests, tokens=use.tokens, cost=use.cost(settings.price))
