"""The commands of a guide, from its own text."""

import pathlib
import re
import textwrap

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent.parent
OPERATORS = REPOSITORY / 'src/Dashboard/Deploy/README.md'
NOVA = REPOSITORY / 'src/NovaDriver/README.md'


def commands(guide, heading):
    """The indented blocks below a heading, in their order; those of a list's entry are indented by its width more."""
    text = guide.read_text()
    found = re.search(r'^## %s(\n.*?)(?=^## |\Z)' % re.escape(heading), text, re.DOTALL | re.MULTILINE)
    if not found:
        raise KeyError('%s has no heading "%s".' % (guide, heading))
    return [textwrap.dedent(block) for block in re.findall(r'(?<=\n\n)((?: {4,}\S.*\n)+)', found.group(1))]


def adapted(text, changes):
    """With other names for what an operator would put there; each of them must be there."""
    for old, new in changes.items():
        if old not in text:
            raise ValueError('"%s" is not in the guide any more:\n%s' % (old, text))
        text = text.replace(old, new)
    return text
