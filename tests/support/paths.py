"""Where the repository is, and the facts about CDEK and OInt beside it, which are no part of it."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CDEK_FACTS = SHARED / "cdek"
SAMPLES = CDEK_FACTS / "samples"
