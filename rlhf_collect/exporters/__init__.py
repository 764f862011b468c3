"""Versions: built from tables, sealed in a folder, published, checked and loaded.

This package knows no store: a service hands it columnar tables and receives a folder. Entries:
``build.build_version``, ``difference.difference``, ``verify.verify_folder``,
``publish_folder.publish_to_folder``, ``hub.publish.publish_to_hub``, ``hub.read.verify_hub``,
``load.load_version``. ``datasets`` and ``huggingface_hub`` are imported inside functions: both read
their settings from the environment when first imported, and importing them takes a second.
"""
