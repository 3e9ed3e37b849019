"""Rounds (waves): one time that a survey is asked. Calendar rounds follow from the day; others are kept."""

from surveys.fieldwork.rounds.calendar import CalendarRound, calendar_round, code_words, round_of_code, rounds_between
from surveys.fieldwork.rounds.round import LONG_AGO, NO_ROUNDS, Round, Rounds, RoundState

__all__ = [
    "LONG_AGO", "NO_ROUNDS", "CalendarRound", "Round", "RoundState", "Rounds", "calendar_round", "code_words",
    "round_of_code", "rounds_between",
]  # fmt: skip
