"""Everything about a story: itself, who made it, where it belongs, and what became of it."""

from masthead.articles.models.article import Article, Byline
from masthead.articles.models.correction import Correction
from masthead.articles.models.listed import ListedUnder
from masthead.articles.models.newsroom import Newsroom
from masthead.articles.models.person import Person
from masthead.articles.models.section import Section
from masthead.articles.models.takedown import Takedown
from masthead.articles.models.topic import Topic

__all__ = ["Article", "Byline", "Correction", "ListedUnder", "Newsroom", "Person", "Section", "Takedown", "Topic"]
