"""All pathology samples. Importing the modules registers their samples; this gives the folders.

Goes in: nothing. Comes out: path below samples/ → bytes.
"""

from . import patologier_blad, patologier_cell, patologier_fil, patologier_text
from .sample import folders

MODULES = (patologier_fil, patologier_blad, patologier_cell, patologier_text)

__all__ = ["MODULES", "folders"]
