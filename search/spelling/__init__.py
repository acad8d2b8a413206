"""Did you mean: other words for those that find next to nothing, out of what this reader may see.

`dictionary` finds what looks alike, `known` keeps the words of the index in use, `proposing` asks what this reader may
see of them, `writing` writes a proposal as the house does.
"""

from search.spelling.known import warm_up
from search.spelling.proposing import FEW, candidates, propose
from search.spelling.writing import Text

__all__ = ["FEW", "Text", "candidates", "propose", "warm_up"]
