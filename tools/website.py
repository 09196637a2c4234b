"""What mkdocs.yml has no word for (its hooks): links out of docs/, and how far lists are indented.

A page may link to a file beside docs/, `../CHANGELOG.md` or `../examples/...`, as code hosts show
it. The site takes such files along, at the same place below its top.
"""

import re
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

FENCE = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)
LINK_OUT = re.compile(r"(?<=\]\()\.\./([\w./-]+)")


class TwoSpaces(Extension):
    """What belongs to an item of a list is indented by two or three spaces, as elsewhere."""

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 (the name is Markdown's)
        md.tab_length = 2


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    config.markdown_extensions.append(TwoSpaces())
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    top = Path(config.docs_dir).parent
    pages = [Path(file.abs_src_path).read_text("utf-8") for file in files.documentation_pages()]
    for name in sorted(set(LINK_OUT.findall("\n".join(pages)))):
        # What is not there is left to mkdocs, which says on which page.
        if (top / name).is_file():
            files.append(File.generated(config, name, abs_src_path=str(top / name)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    if page.file.generated_by:
        markdown = re.sub(r"(?<=\]\()docs/", "", markdown)
    return spaced(LINK_OUT.sub(r"\1", markdown))


def spaced(markdown: str) -> str:
    """With an empty line between the second paragraph of an item and the next item."""
    parts, end = [], 0
    for fence in FENCE.finditer(markdown):
        parts += [spaced_text(markdown[end : fence.start()]), fence[0]]
        end = fence.end()
    return "".join([*parts, spaced_text(markdown[end:])])


def spaced_text(text: str) -> str:
    blocks = text.split("\n\n")
    for place, block in enumerate(blocks):
        if block.lstrip("\n").startswith(" "):
            blocks[place] = re.sub(r"\n(?=(?:[-*]|\d+\.) )", "\n\n", block)
    return "\n\n".join(blocks)
