"""The order sheet of a session, with what its person said about it."""

from dataclasses import dataclass, field

from agent.errors import error
from agent.mapping.store import MappingStore
from agent.mapping.template import Mapping
from agent.sheet.open_sheet import NO_SHEET, OpenSheet
from agent.tool_caller import ToolCaller


@dataclass(slots=True)
class SheetState:
    """What is open and how its columns are understood; another sheet begins anew."""

    data: ToolCaller
    """The data server. Its active source is this sheet, or, for as long as a batch reads its own, another one."""
    mappings: MappingStore
    open: OpenSheet | None = None
    columns_chosen: dict[str, str] = field(default_factory=dict)
    """Shipment field -> column, as the person decided."""
    columns_asked: set[str] = field(default_factory=set)
    """Fields of `columns_chosen` that answered a question: a person looks at the preview before it is bought."""
    roles: dict[str, str] = field(default_factory=dict)
    """Column -> shipment field, as matched."""
    answers: dict[str, str] = field(default_factory=dict)
    """What the person answered about the sheet itself; saved with its mapping."""

    def require(self) -> OpenSheet:
        """Raises ShipchatError E-1501 when none is open."""
        if self.open is None:
            raise error(NO_SHEET)
        return self.open

    def replace(self, sheet: OpenSheet) -> None:
        """Another sheet, or another part of it, is open now."""
        self.open = sheet
        self.columns_chosen.clear()
        self.columns_asked.clear()
        self.answers.clear()

    def saved_mapping(self) -> Mapping | None:
        """The mapping that was confirmed for these headers."""
        return self.mappings.load(self.require().header_fingerprint)
