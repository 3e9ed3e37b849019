"""Pages of the console, drawn without a browser."""

from functools import lru_cache

from streamlit.components.v2 import manifest_scanner
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from streamlit.testing.v1 import local_script_runner

# Each time a page is drawn in a test, Streamlit looks through all installed packages and compiles `app.py`: a server
# does either once.
manifest_scanner.scan_component_manifests = lru_cache(manifest_scanner.scan_component_manifests)
local_script_runner.ScriptCache = lru_cache(ScriptCache)  # type: ignore[attr-defined, assignment]
