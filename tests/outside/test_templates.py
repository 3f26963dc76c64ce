"""Every template builds as it stands, without a warning, against the build folder's package, and passes the kit."""
import os

from building import build_project, check_plugin, copy_template
from program import BUILD, read, write

# ctest: together TIMEOUT 1200

PLUGINS = [("cell", "cells", "mycell"), ("cell", "cells", "mycell_2"), ("loss", "losses", "myloss"),
           ("optimizer", "optimizers", "myoptimizer"), ("schedule", "schedules", "myschedule")]


def test_templates():
    os.mkdir("project")
    for kind in "cell", "loss", "optimizer", "schedule":
        copy_template(kind, f"project/my{kind}.c")
    copy_template("cell", "project/mycell_2.c", "TEMPLATE_AUTODIFF")
    write("project/mycell_2.c", read("project/mycell_2.c").replace("mycell", "mycell_2"))
    lines = [f"rondo_add_plugin({kind} {name} {name}.c)\n" for kind, _, name in PLUGINS]
    build_project("project", "find_package(rondo REQUIRED)\nset(RONDO_WERROR ON)\n" + "".join(lines),
                  f"-Drondo_DIR={BUILD}")
    for _, folder, name in PLUGINS:
        check_plugin("project/build", f"{folder}/{name}.so")
