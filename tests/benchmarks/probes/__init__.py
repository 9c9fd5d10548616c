"""Small programs that measure one thing of a checkout, from outside.

Each runs in a process of its own, with the checkout and this folder's parent on
PYTHONPATH, takes its settings as one JSON object, and prints one. They use what two
versions of the program have in common: documents, the window and its menus, the
commands; and the few classes that `finding` names.
"""
