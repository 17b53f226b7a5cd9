"""How the time of a function grows with its text: a ratio, so that no machine is too slow."""

import gc
import math
import time
from collections.abc import Callable

__all__ = ["growth"]


def growth(function: Callable[[str], object], text: str, *, limit: float, tries: int = 20) -> float:
    """By how much the processor time grows when a text is doubled.

    The least time of several tries counts, since a busy machine only ever adds to it.

    Args:
        function: What is measured.
        text: The text, whose double is more of the same.
        limit: The growth at which no further try is needed.
        tries: The greatest number of tries; two are always made.

    Returns:
        The ratio: 2 if the time is linear, 4 if it is quadratic.
    """
    once = twice = math.inf
    for number in range(tries):
        once = min(once, _seconds(function, text))
        twice = min(twice, _seconds(function, text * 2))
        if number and twice <= limit * once:
            break
    return twice / once


def _seconds(function: Callable[[str], object], text: str) -> float:
    gc.collect()
    gc.disable()  # else it may look through all that other tests have left behind
    try:
        start = time.process_time()
        function(text)
        return time.process_time() - start
    finally:
        gc.enable()
