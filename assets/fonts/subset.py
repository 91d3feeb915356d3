#!/usr/bin/env python3
"""Makes lucide-subset.ttf, the icons that Limn uses, out of the Lucide icon font.

  pip install fonttools;  npm pack lucide-static@1.62.0 && tar xzf lucide-static-1.62.0.tgz
  subset.py package/font

The names and code points are those of app/desktop/src/icons.rs.
"""
import pathlib
import re
import subprocess
import sys

here = pathlib.Path(__file__).parent
icons = (here / "../../app/desktop/src/icons.rs").read_text()
codes = re.findall(r'icon!\(\w+, 0x(\w+), ', icons)
subprocess.check_call(["pyftsubset", str(pathlib.Path(sys.argv[1]) / "lucide.ttf"), "--unicodes=" + ",".join("U+" + code for code in codes),
                       f"--output-file={here / 'lucide-subset.ttf'}", "--no-layout-closure", "--notdef-outline"])
