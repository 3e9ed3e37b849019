"""The table of all sentences with their conditions: nothing is left out of it, and conditions are those of the code."""

import io
import re
import tokenize
from pathlib import Path

from analysis.command_line import main
from analysis.interpretation.said_when import ROOT, possible_sentences

WORDS = {each.words for each in possible_sentences()}


def test_every_word_that_pages_say_is_in_the_table():
    """What the catalogue of the analysis has in Chinese stands in the code, and so in the table."""
    catalogue = (ROOT.parent / "surveys/localisation/locale/en/LC_MESSAGES/analysis.po").read_text(encoding="utf-8")
    entries = re.findall(r'#: (analysis/\S+?)(?::\d+)?\n(?:msgctxt .*\n)?msgid "(.*)"\n', catalogue)
    said = [
        words.replace('\\"', '"')
        for place, words in entries
        if not place.startswith("analysis/text") and re.search(r"[\u3001-\u9fff\uff01-\uff5e]", words)
    ]
    assert len(said) > 50
    assert not [each for each in said if each not in WORDS][:5]


def test_no_literal_is_passed_over(tmp_path: Path):
    """Tokens of the files, read without their grammar, are all there but for comments and docstrings."""
    path = ROOT / "interpretation/sentences.py"
    tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
    literals = [each.string.strip('"') for each in tokens if each.type == tokenize.STRING and "\\" not in each.string]
    chinese = [each for each in literals if re.search(r"[\u4e00-\u9fff]", each)]
    assert chinese
    assert all(any(each in words for words in WORDS) for each in chinese)


def test_conditions_are_branches_guards_and_entries(tmp_path: Path):
    code = '''
def told(x):
    """What is told."""
    if x < 0:
        return "负"
    if x == 0:
        return "零" if flat else "空"
    return {"up": "升"}[way]
_NAME = "名"
'''
    (tmp_path / "a.py").write_text(code, encoding="utf-8")
    found = {each.words: each for each in possible_sentences(tmp_path)}
    assert found["负"].conditions == ("x < 0",) and found["负"].purpose == "What is told."
    assert found["空"].conditions == ("not (x < 0)", "x == 0", "not (flat)")
    assert found["升"].conditions == ("not (x < 0)", "not (x == 0)", "for 'up'")
    assert found["名"].conditions == ("as _NAME",)


def test_the_command_prints_the_table(capsys):
    assert main(["sentences"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("where\t") and len(lines) > 500
    assert any("样本不足，看不出差别也不等于没有差别" in each and "n_needed" in each for each in lines)
