"""What ONNX Runtime there is: its products of 8-bit numbers are not the same in all versions."""

from importlib.metadata import version

__all__ = ["IS_OTHER"]

IS_OTHER = tuple(map(int, version("onnxruntime").split(".")[:2])) < (1, 31)
"""Whether it is older than those by which the stored figures came about, which agree.

Python 3.10 has 1.23 at most; it finds one quotation more in the seeds.
"""
