"""Canonical JSON of the exchange protocol: RFC 8785 over text in NFC. Standard library alone; ValueError for what has none."""
import json, re, sys, unicodedata
from decimal import Decimal


def parse(text):
    """JSON in which no name occurs twice in an object."""
    def members(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name occurs twice")
        return dict(pairs)
    return json.loads(text, object_pairs_hook=members)


def number(value):
    """A number as ECMAScript writes it (RFC 8785, 3.2.2.3): with an exponent below 1e-6 and from 1e21 on."""
    if not abs(value) <= sys.float_info.max:
        raise ValueError("larger than a double")
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return format(Decimal(repr(float(value) or 0.0)), "f").removesuffix(".0")
    return re.sub(r"(e[+-])0", r"\1", repr(float(value)))


def canonical(value, depth=0):
    if depth > 64:
        raise ValueError("nested deeper than 64 levels")
    if isinstance(value, str):
        value.encode("utf-8")  # a ValueError for half a surrogate pair
        return json.dumps(unicodedata.normalize("NFC", value), ensure_ascii=False)
    if isinstance(value, list):
        return "[" + ",".join(canonical(it, depth + 1) for it in value) + "]"
    if isinstance(value, dict):
        names = {unicodedata.normalize("NFC", it): it for it in value}
        if len(names) != len(value):
            raise ValueError("two names are one in NFC")
        order = sorted(names, key=lambda it: it.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(it)}:{canonical(value[names[it]], depth + 1)}" for it in order) + "}"
    return json.dumps(value) if value is None or isinstance(value, bool) else number(value)


if __name__ == "__main__":
    with open(sys.argv[1], "rb") as file:
        sys.stdout.buffer.write(canonical(parse(file.read())).encode("utf-8"))
