"""Which models there are, where they answer and what they cost: the settings of Claude and of a person's own models."""

from decimal import Decimal
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator


class ModelPrice(BaseModel):
    """Dollars per million tokens of one model."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    input: Decimal = Field(ge=0)
    output: Decimal = Field(ge=0)
    cache_write: Decimal | None = Field(default=None, ge=0)
    """Unset = 1.25 times `input`, as Anthropic charges for the five-minute cache."""
    cache_read: Decimal | None = Field(default=None, ge=0)
    """Unset = a tenth of `input`."""


class ModelSettings(BaseModel):
    """How any model is asked."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    model: str = Field(min_length=1)
    """The id that the service knows the model by."""
    base_url: str | None = None
    """Another address of the same protocol; for Anthropic's also ANTHROPIC_BASE_URL."""
    max_tokens: int = Field(default=4096, ge=256)
    """The longest answer."""
    timeout_s: float = Field(default=60.0, gt=0)
    """Seconds without a word from the model before it counts as lost; a model on this machine may need 300."""
    retries: int = Field(default=2, ge=0, le=5)
    """How often a request is repeated after overload or a lost connection; each wait is shown."""
    tool_rounds: int = Field(default=16, ge=1)
    """How many times the model may call tools in one turn."""
    context_tokens: int = Field(default=150_000, ge=4_000)
    """From here on earlier turns are summarised before the next one."""


class ClaudeSettings(ModelSettings):
    """Claude, or anything that speaks its Messages API. The key comes from the environment or the keyring."""

    model: str = Field(default="claude-sonnet-5-5", min_length=1)
    """The model id that `--model claude` stands for."""
    prices: dict[str, ModelPrice] = Field(default_factory=dict)
    """By model id. A model without a price is used all the same; its cost is shown as unknown."""


SMALL_TOOLS = frozenset(
    {"ask_person", "column_values", "compare_services", "count_rows", "describe_sheet", "propose_shipment", "show_rows"}
)
"""What a small model is offered: fewer tools are confused less."""


class OwnModel(ModelSettings):
    """A model of the person's own, under a name of their own: `[models.NAME]`, then `--model NAME`."""

    kind: Literal["anthropic", "bedrock", "openai", "vertex"] = "openai"
    """The protocol: Anthropic's Messages, OpenAI's chat completions (Ollama, vLLM, LM Studio, most gateways), or
    Claude in a cloud: Amazon Bedrock, Google Vertex AI."""
    key_env: str | None = None
    """The environment variable that holds its key; unset for a local model that needs none, and in a cloud."""
    region: str | None = Field(default=None, pattern=r"^[a-z0-9-]+$")
    """In a cloud: where the model runs. Unset = AWS_REGION or the AWS profile's; CLOUD_ML_REGION of Vertex AI."""
    project: str | None = Field(default=None, pattern=r"^[a-z0-9.:-]+$")
    """Of Vertex AI: the project that pays. Unset = ANTHROPIC_VERTEX_PROJECT_ID."""
    tools: Literal["all", "small"] = "all"
    """`small` offers the seven tools that choose rows and propose a shipment, with columns and services listed."""
    strict: bool = False
    """Of `openai`: send `strict` with each tool; vLLM holds a model to the tools' schemas only then."""
    price: ModelPrice | None = None
    """What it costs; unset = unknown."""

    @model_validator(mode="after")
    def _has_no_setting_of_another_kind(self) -> Self:
        """What would not be used is refused, so that nobody relies on it."""
        unused = {
            "key_env": self.kind in ("bedrock", "vertex"),
            "region": self.kind not in ("bedrock", "vertex"),
            "project": self.kind != "vertex",
            "strict": self.kind != "openai",
        }
        for name, is_unused in unused.items():
            if is_unused and getattr(self, name):
                raise ValueError(f"{name} is not used by a model of kind {self.kind}; leave it out")
        return self

    def offers(self, tool: str) -> bool:
        """Whether this model is told of a tool."""
        return self.tools == "all" or tool in SMALL_TOOLS
