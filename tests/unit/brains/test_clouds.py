"""What a model in a cloud needs is looked at before it is asked, and what is missing is named with what to do."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from agent.brains.clouds import place_of
from agent.errors import ShipchatError
from agent.model_settings import OwnModel
from agent.settings import Settings
from agent.setup.checks import model


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    names = ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "CLOUD_ML_REGION", "ANTHROPIC_VERTEX_PROJECT_ID")
    for name in names:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))


@pytest.mark.parametrize(
    ("kind", "package", "extra"),
    [("bedrock", "boto3", "shipchat[bedrock]"), ("vertex", "google.auth", "shipchat[vertex]")],
)
def test_a_missing_package_is_named_with_the_extra_that_brings_it(
    kind: str, package: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ShipchatError) as told:
        place_of(OwnModel(kind=kind, model="claude", region="eu", project="p" if kind == "vertex" else None))
    assert told.value.code == "E-5515"
    assert package in told.value.message
    assert extra in told.value.remedy


def test_bedrock_needs_a_region_from_settings_variables_or_profile(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    pytest.importorskip("boto3", reason="shipchat[bedrock] is not installed")
    own = OwnModel(kind="bedrock", model="us.anthropic.claude-test-1")
    with pytest.raises(ShipchatError) as told:
        place_of(own)
    assert told.value.code == "E-5516"
    assert "Set region in its settings, or AWS_REGION" in told.value.remedy
    (tmp_path / "config").write_text("[default]\nregion = eu-west-1\n")
    assert place_of(own) == ("eu-west-1", None)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-2")
    assert place_of(own) == ("us-east-2", None)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    assert place_of(own) == ("us-east-1", None)
    assert place_of(own.model_copy(update={"region": "us-west-2"})) == ("us-west-2", None)
    monkeypatch.delenv("AWS_REGION")
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    monkeypatch.setenv("AWS_PROFILE", "of-nobody")
    with pytest.raises(ShipchatError, match="region is not set"):
        place_of(own)


def test_vertex_needs_a_region_and_a_project(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("google.auth", reason="shipchat[vertex] is not installed")
    own = OwnModel(kind="vertex", model="claude-test-1")
    with pytest.raises(ShipchatError, match="region is not set") as told:
        place_of(own)
    assert "CLOUD_ML_REGION" in told.value.remedy
    monkeypatch.setenv("CLOUD_ML_REGION", "global")
    with pytest.raises(ShipchatError, match="project is not set") as told:
        place_of(own)
    assert (told.value.code, "ANTHROPIC_VERTEX_PROJECT_ID" in told.value.remedy) == ("E-5516", True)
    monkeypatch.setenv("ANTHROPIC_VERTEX_PROJECT_ID", "shop")
    assert place_of(own) == ("global", "shop")
    assert place_of(own.model_copy(update={"region": "eu", "project": "other"})) == ("eu", "other")


async def test_the_doctor_names_the_cloud_or_what_is_missing(tmp_path: Path) -> None:
    pytest.importorskip("google.auth", reason="shipchat[vertex] is not installed")
    own = OwnModel(kind="vertex", model="claude-test-1", region="eu", project="shop")
    settings = Settings(home=tmp_path, models={"cloud": own}, model="cloud")
    assert "Google Vertex AI, eu, project shop" in await model(SimpleNamespace(settings=settings))
    settings.models["cloud"] = own.model_copy(update={"project": None})
    with pytest.raises(ShipchatError, match="project is not set"):
        await model(SimpleNamespace(settings=settings))


@pytest.mark.parametrize(
    ("kind", "line", "words"),
    [
        (
            "bedrock",
            'key_env = "AWS_SECRET_ACCESS_KEY"',
            "key_env is not used by a model of kind bedrock; leave it out",
        ),
        ("openai", 'region = "us-east-1"', "region is not used by a model of kind openai"),
        ("anthropic", 'project = "shop"', "project is not used by a model of kind anthropic"),
        ("bedrock", 'project = "shop"', "project is not used by a model of kind bedrock"),
        ("vertex", 'region = "US East"', "models.cloud.region"),
        ("vertex", 'region = "evil.example/"', "models.cloud.region"),
    ],
)
def test_a_setting_that_would_not_be_used_or_is_not_a_place_is_refused(
    kind: str, line: str, words: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SHIPCHAT_HOME", str(tmp_path))
    (tmp_path / "settings.toml").write_text(f'[models.cloud]\nkind = "{kind}"\nmodel = "m"\n{line}\n')
    with pytest.raises(ShipchatError) as told:
        Settings.load()
    assert told.value.code == "E-4104"
    assert words in told.value.message
    assert "Value error" not in told.value.message
