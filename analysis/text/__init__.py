"""Open comments: sentiment, aspects and themes of Chinese text, offline and explainable."""

from analysis.text.analyser import Analyser
from analysis.text.comment import Aspect, CommentAnalysis, Contribution

__all__ = ["Analyser", "Aspect", "CommentAnalysis", "Contribution"]
