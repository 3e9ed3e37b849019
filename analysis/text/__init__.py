"""Open comments: sentiment, aspects and themes of Chinese text, offline and explainable."""

from analysis.text.analyser import Analyser
from analysis.text.comment import CommentAnalysis, Contribution
from surveys.comments import Aspect

__all__ = ["Analyser", "Aspect", "CommentAnalysis", "Contribution"]
