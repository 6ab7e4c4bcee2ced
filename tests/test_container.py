"""The Dockerfile and the compose file, read as Docker reads them, and their commands run without it.

Whether the image builds only Docker can tell; what it would run is run here as far as it can be.
"""

import json
import re
import subprocess
import sys
import threading
import tomllib
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import typer
import yaml

from qa.cli import application

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def read_dockerfile() -> list[tuple[str, str]]:
    """Return the instructions in order, each with its arguments on one line."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = "\n".join(line for line in text.splitlines() if not line.startswith("#"))
    joined = re.sub(r"\\\n\s*", " ", lines)
    return [
        (name, rest.strip())
        for name, _, rest in (line.partition(" ") for line in joined.splitlines() if line)
    ]


def one(name: str) -> str:
    [found] = [arguments for instruction, arguments in read_dockerfile() if instruction == name]
    return found


def environment() -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in one("ENV").split())


@pytest.fixture(scope="module")
def service() -> dict[str, Any]:
    composed: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    found: dict[str, Any] = composed["services"]["wenbao"]
    assert "data" in composed["volumes"]
    return found


def test_only_known_instructions_stand_there() -> None:
    names = [name for name, _ in read_dockerfile()]
    assert names[0] == "FROM"
    assert set(names) <= {
        "FROM", "ARG", "WORKDIR", "COPY", "RUN", "USER", "VOLUME", "ENV", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT", "CMD",
    }  # fmt: skip


def test_python_is_one_that_the_project_takes() -> None:
    found = re.fullmatch(r"python:3\.(\d+)-slim", one("FROM"))
    assert found
    assert int(found[1]) >= int(PROJECT["project"]["requires-python"].removeprefix(">=3."))


def test_what_is_copied_is_there_and_all_that_the_package_needs() -> None:
    copied = [arguments.split()[:-1] for name, arguments in read_dockerfile() if name == "COPY"]
    sources = {source for group in copied for source in group}
    assert all((ROOT / source).exists() for source in sources)
    needed = {
        *PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"],
        "pyproject.toml",
        "constraints.txt",
    }
    assert sources >= needed | {PROJECT["project"]["readme"], *PROJECT["project"]["license-files"]}
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert not sources & set(ignored)


def test_an_image_can_have_extras() -> None:
    instructions = read_dockerfile()
    names = [arguments.partition("=")[0] for name, arguments in instructions if name == "ARG"]
    assert names == ["EXTRAS"]
    [installing] = [
        number for number, (name, arguments) in enumerate(instructions) if "pip install" in arguments
    ]
    assert instructions.index(("ARG", 'EXTRAS=""')) < installing
    assert instructions[installing][1].endswith('".${EXTRAS}"')


def test_image_for_milvus_is_that_of_the_service_with_its_extra(service: dict[str, Any]) -> None:
    composed = yaml.safe_load((ROOT / "compose.milvus.yaml").read_text(encoding="utf-8"))
    extended = composed["services"]["wenbao"]
    assert extended["extends"] == {"file": "compose.yaml", "service": "wenbao"}
    assert not set(extended) & (set(service) - {"build", "image", "environment"}), "all else is told once"
    [extras] = extended["build"]["args"].values()
    assert set(extras.strip("[]").split(",")) <= set(PROJECT["project"]["optional-dependencies"])
    assert extended["build"]["args"].keys() == {"EXTRAS"}
    named = {volume.partition(":")[0] for volume in service["volumes"] if not volume.startswith("$")}
    assert named <= set(composed["volumes"])


def test_server_runs_as_a_user_other_than_root() -> None:
    instructions = read_dockerfile()
    [place] = [number for number, (name, _) in enumerate(instructions) if name == "USER"]
    user = one("USER")
    assert user not in {"root", "0"}
    made = " ".join(arguments for name, arguments in instructions[:place] if name == "RUN")
    assert f"useradd --create-home --uid 10001 {user}" in made
    assert f"chown {user}:{user} {one('VOLUME')}" in made
    assert not [name for name, _ in instructions[place:] if name in {"RUN", "COPY"}]


def test_state_is_kept_in_the_volume() -> None:
    volume = one("VOLUME")
    for name in ("WENBAO_INDEX", "WENBAO_USERS"):
        assert environment()[name].startswith(f"{volume}/")
    command = json.loads(one("CMD"))
    assert command[command.index("--feedback") + 1].startswith(f"{volume}/")


def test_command_has_options_that_there_are() -> None:
    assert json.loads(one("ENTRYPOINT")) == [*PROJECT["project"]["scripts"]] == ["wenbao"]
    name, *arguments = json.loads(one("CMD"))
    group = typer.main.get_command(application())
    assert isinstance(group, typer.core.TyperGroup)
    options = {option for parameter in group.commands[name].params for option in parameter.opts}
    assert {argument for argument in arguments if argument.startswith("--")} <= options


def test_command_asks_for_a_login_to_be_set_up_first(tmp_path: Path) -> None:
    arguments = [argument.replace("/data", str(tmp_path)) for argument in json.loads(one("CMD"))]
    told = {name: value.replace("/data", str(tmp_path)) for name, value in environment().items()}
    code = "from qa.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments, "--port", "0"],
        env={"PATH": "", "PYTHONPATH": str(ROOT), "HOME": str(tmp_path), **told},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "wenbao user add" in done.stderr
    assert done.stderr.count("\n") == 1


class _Health(BaseHTTPRequestHandler):
    status = 200

    def do_GET(self) -> None:
        self.send_response(self.status if self.path == "/healthz" else 500)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_health_check_tells_whether_the_server_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    command = json.loads(one("HEALTHCHECK").partition(" CMD ")[2])
    assert (command[:2], one("EXPOSE")) == (["python", "-c"], "7860")
    server = HTTPServer(("127.0.0.1", 0), _Health)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    code = command[2].replace(":7860/", f":{server.server_port}/")
    assert code != command[2]
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    monkeypatch.setattr(_Health, "status", 503)
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 1
    server.shutdown()
    server.server_close()
    assert subprocess.run([sys.executable, "-c", code], check=False, capture_output=True).returncode == 1


def test_composed_service_reaches_no_further_than_it_must(service: dict[str, Any]) -> None:
    assert service["ports"] == [f"127.0.0.1:{one('EXPOSE')}:{one('EXPOSE')}"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert not {"privileged", "network_mode", "user"} & set(service)
    volumes = dict(volume.rsplit(":", 1) for volume in service["volumes"] if not volume.endswith(":ro"))
    assert volumes == {"data": one("VOLUME")}


def test_composed_service_has_time_to_stop(service: dict[str, Any]) -> None:
    from ui.command import FAREWELL_SECONDS  # noqa: PLC0415

    assert int(service["stop_grace_period"].removesuffix("s")) > FAREWELL_SECONDS


def test_composed_service_believes_proxies_of_its_own_networks(service: dict[str, Any]) -> None:
    assert set(service["environment"]) == {"WENBAO_TOKEN", "FORWARDED_ALLOW_IPS"}
    assert service["environment"]["FORWARDED_ALLOW_IPS"].endswith(":-172.16.0.0/12}")
