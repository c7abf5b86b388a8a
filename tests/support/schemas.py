"""Records held against their JSON schemas."""
import functools
import json
import subprocess


def no_constant(name):
    raise ValueError("not JSON: " + name)


def no_twice(pairs):
    keys = [k for k, _ in pairs]
    if len(set(keys)) != len(keys):
        raise ValueError("a key twice: %s" % keys)
    return dict(pairs)


def parse(line):
    return json.loads(line, parse_constant=no_constant,
                      object_pairs_hook=no_twice)


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool,
         "integer": int, "number": (int, float), "null": type(None)}


def is_type(value, name):
    if name in ("integer", "number") and isinstance(value, bool):
        return False
    return isinstance(value, TYPES[name])


def violations(value, schema, path):
    """What of `value` the schema does not allow; keys it does not name count,
    though readers must ignore them: here they are forgotten table rows."""
    if "const" in schema:
        return [] if value == schema["const"] else [path + ": const"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [path + ": " + str(value)]
    types = schema["type"]
    types = types if isinstance(types, list) else [types]
    if not any(is_type(value, t) for t in types):
        return ["%s: %r is not %s" % (path, value, types)]
    out = []
    if "minimum" in schema and value is not None:
        if value < schema["minimum"]:
            out.append(path + ": below minimum")
    if isinstance(value, dict):
        properties = schema["properties"]
        out += [path + ": lacks " + k for k in schema["required"]
                if k not in value]
        out += [path + ": unnamed " + k for k in value if k not in properties]
        for k, v in value.items():
            if k in properties:
                out += violations(v, properties[k], path + "." + k)
    if isinstance(value, list):
        for i, v in enumerate(value):
            out += violations(v, schema["items"], "%s[%d]" % (path, i))
    return out


@functools.cache
def schema(netlat, kind):
    done = subprocess.run([netlat, "schema", kind], capture_output=True,
                          check=True)
    return json.loads(done.stdout)


def problems(netlat, record):
    """What the program's own schema does not allow of a record of it."""
    kind = record["type"]
    return violations(record, schema(netlat, kind), kind)
