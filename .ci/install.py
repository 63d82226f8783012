"""Install the locked packages into .venv, with a progress bar, unless they are there already. Uses the standard library only."""

import hashlib
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from progress import Progress

ROOT = Path(__file__).resolve().parent.parent


def install(name: str) -> None:
    """pip install requirements/<name>.txt, unless the stamp says that exactly this was installed."""
    locked = ROOT / "requirements" / f"{name}.txt"
    stamp = Path(sys.prefix) / f".{name}.stamp"
    digest = hashlib.sha256(sys.version.encode() + locked.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return
    total = len(re.findall(r"^[\w.-]+==", locked.read_text(), re.MULTILINE))
    command = [sys.executable, "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "--progress-bar", "off"]
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    log: list[str] = []
    with (
        Progress(f"packages ({name})", total * 2) as progress,
        subprocess.Popen(
            [*command, "-r", str(locked)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        ) as pip,
    ):
        assert pip.stdout is not None
        for line in pip.stdout:
            log.append(line)
            if line.startswith(("Collecting", "Requirement already", "Ignoring")):
                progress.step(line.split()[-1].split("==")[0] if "already" not in line else "")
            elif line.startswith("Installing collected"):
                progress.to(total, "unpacking")
                progress.drift(total * 2, seconds=total / 3)
        if pip.wait():
            progress.fail()
            sys.stderr.writelines(log[-25:])
            raise SystemExit(f"pip could not install requirements/{name}.txt")
    stamp.write_text(digest)


def link() -> None:
    """Put this checkout on the path and a ``kheo`` command beside python: no build step, nothing to download."""
    Path(sysconfig.get_path("purelib"), "kheo.pth").write_text(f"{ROOT}\n")
    script = Path(sys.prefix, "bin", "kheo")
    words = f"#!{sys.executable}\nimport sys\n\nfrom kheo.cli import main\n\nsys.exit(main())\n"
    if not script.exists() or script.read_text() != words:
        script.write_text(words)
        script.chmod(0o755)


def compile_words() -> None:
    """Compile the catalogues that changed (.mo files are not kept in the repository)."""
    subprocess.run([sys.executable, "-m", "kheo.core.catalogues"], cwd=ROOT, check=True)


for wanted in sys.argv[1:]:
    install(wanted)
link()
compile_words()
