#!/usr/bin/env python3
"""check_schema.py SCHEMA DOCUMENT: prints "valid", or "invalid: PLACE: MESSAGE". Exit 0 either way."""
import json
import sys

import jsonschema

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
with open(sys.argv[2], encoding="utf-8") as file:
    document = json.load(file)
validator = jsonschema.Draft4Validator(schema)
error = next(validator.iter_errors(document), None)
if error is None:
    print("valid")
else:
    place = "/".join(str(part) for part in error.absolute_path)
    print(f"invalid: {place}: {error.message[:200]}")
