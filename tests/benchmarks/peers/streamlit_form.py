"""The questions of the post-visit survey as a Streamlit page, as its documentation would have them."""

from __future__ import annotations

import streamlit as st

from surveys.definition.questions.entries import LongText
from surveys.definition.templates import template

survey = template("power-visit")
st.title(str(survey.title))
with st.form("visit"):
    for question in survey.questions():
        if isinstance(question, LongText):
            st.text_area(str(question.title))
        else:
            points = 11 if question.type == "nps" else 5
            st.radio(str(question.title), range(points), index=None, horizontal=True)
    st.form_submit_button("提交")
