"""The front: forms in a process of their own, with the console in a process behind it, so that neither slows the other.

`application` is what a server runs; what is no form it passes on to the console (`console_proxy`), which it starts and
keeps running (`console_process`).
"""
