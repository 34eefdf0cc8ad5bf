"""A client of the exchange protocol, written from docs/exchange-protocol.md alone; standard library and `cryptography`.

Usage: xinqiao_client.py SETTINGS COMMAND [FILE], the answer as JSON; exit code 1 and {"refused": code} where one is refused.
  send FILE | pull | receipts   envelope in FILE sent | what we are owed taken in and answered | business receipts since last time
  verify FILE | canonical FILE  is the document in FILE the partner's own word? | canonical JSON of the value in FILE
SETTINGS is a JSON file: {hub, keyId, privateKey: file, state: file, partner: {id, url, keys: [{id, publicKey, from, until}]}}.
"""
import base64, hashlib, json, os, sys, time, unicodedata, urllib.error, urllib.request, uuid
from decimal import Decimal
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

COVERED = '("@method" "@target-uri" "content-digest" "idempotency-key")'


class Refused(Exception):
    """`args`: the partner's code and status, or our own word on an answer that cannot be believed."""


def number(value):
    """A number as ECMAScript writes it (RFC 8785, section 3.2.2.3)."""
    sign, figures, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    digits, minus, point = "".join(map(str, figures)), "-" if sign and value else "", len(figures) + int(exponent)
    if -6 < point <= 21:
        whole, part = (digits[:point].ljust(point, "0"), digits[point:]) if point > 0 else ("0", "0" * -point + digits)
        return minus + whole + ("." + part if part and value else "")
    return f"{minus}{digits[0]}{'.' * bool(digits[1:])}{digits[1:]}e{point - 1:+d}"


def canonical(value, depth=0):
    """Canonical JSON of the protocol: RFC 8785 over text in NFC. Raises ValueError for a value that has none."""
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


def parse(text):
    def members(pairs):
        if len(dict(pairs)) != len(pairs):
            raise ValueError("a name occurs twice")
        return dict(pairs)
    try:
        return json.loads(text, object_pairs_hook=members)
    except (ValueError, RecursionError) as fault:
        raise Refused("NOT_JSON", None) from fault


def must(holds, code):
    if not holds:
        raise Refused(code, None)


def sha256(content):
    return hashlib.sha256(content).hexdigest()


def utc_now():
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())


class Client:
    """One hub towards one partner. `judge` is the hub's own guard and rules: the rule against a record, or None."""

    def __init__(self, settings, judge=lambda record: None):
        self.hub, self.key_id, self.partner, self.judge = settings["hub"], settings["keyId"], settings["partner"], judge
        self.private, self.file = load_pem_private_key(read(settings["privateKey"]), None), settings["state"]
        self.state = parse(read(self.file)) if os.path.exists(self.file) else {"seq": 0, "receipts": "0", "held": {}}

    def save(self, **positions):
        self.state.update(positions)
        with open(self.file + ".new", "w", encoding="utf-8") as file:
            json.dump(self.state, file)
        os.replace(self.file + ".new", self.file)

    def sign(self, text):
        return base64.b64encode(self.private.sign(text.encode("utf-8"))).decode()

    def post(self, path, message_id, body):
        """Posts bytes, signed for this attempt alone. Raises Refused with the partner's code."""
        url, now = self.partner["url"] + path, int(time.time())
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        signed = f'{COVERED};created={now};expires={now + 300};nonce="{uuid.uuid4()}";keyid="{self.key_id}";alg="ed25519"'
        base = {"@method": "POST", "@target-uri": url, "content-digest": digest, "idempotency-key": message_id,
                "@signature-params": signed}
        signature = self.sign("\n".join(f'"{name}": {it}' for name, it in base.items()))
        fields = {"Content-Type": "application/json", "Xinqiao-Sender": self.hub, "Content-Digest": digest,
                  "Idempotency-Key": message_id, "Signature-Input": f"xq={signed}", "Signature": f"xq=:{signature}:"}
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, fields), timeout=30) as answer:
                return parse(answer.read())
        except urllib.error.HTTPError as fault:
            raise Refused(parse(fault.read())["code"], fault.code) from fault

    def ask(self, path, message_id, question):
        return self.post(path, message_id, json.dumps({"protocol": "xinqiao/1", **question}).encode("utf-8"))

    def verify(self, document):
        """The document, if the partner signed it by a key valid at the time it names (now, where it names none)."""
        rest, signature = {**document}, document["signature"]
        del rest["signature"]
        at = rest.get("receivedAt") or rest.get("decidedAt") or utc_now()
        for key in self.partner["keys"]:
            if key["id"] == signature["keyId"] and key["from"] <= at and (key["until"] is None or at < key["until"]):
                try:
                    public = Ed25519PublicKey.from_public_bytes(base64.b64decode(key["publicKey"]))
                    public.verify(base64.b64decode(signature["value"], validate=True), canonical(rest).encode("utf-8"))
                    return document
                except (ValueError, InvalidSignature):
                    break
        raise Refused("SIGNATURE_INVALID", None)

    def send(self, body):
        """Sends an envelope's bytes; believes a receipt only as the partner's word on each record of exactly these."""
        envelope = parse(body)
        receipt = self.verify(self.post("/exchange/v1/envelopes", envelope["id"], body))
        said = [receipt[it] for it in ("type", "envelopeId", "envelopeDigest", "sender", "receiver")]
        must(said == ["TRANSPORT", envelope["id"], sha256(body), self.hub, self.partner["id"]], "RECEIPT_INVALID")
        versions = [[(it["key"], it["v"], it["hash"]) for it in both["records"]] for both in (receipt, envelope)]
        must(versions[0] == versions[1], "RECEIPT_INVALID")
        return receipt

    def take(self, record, message):
        """Keeps one version, if it is sound and new, and says what became of it."""
        key, v, content = record["key"], record["v"], record["hash"]
        held_v, held_hash, brought_by = self.state["held"].get(key, [0, None, None])
        end = {"key": key, "v": v, "hash": content, "disposition": "stored", "rule": None, "retryable": False, "held": None}
        fits = sha256(canonical(record["statement"]).encode("utf-8")) == content
        rule = self.judge(record) if fits else "HASH_MISMATCH"
        if rule is not None:
            return {**end, "disposition": "refused" if rule == "NATURAL_PERSON_SUBJECT" else "quarantined", "rule": rule}
        if v > held_v:
            self.state["held"][key] = [v, content, message]
            return end
        if (v, content) == (held_v, held_hash):
            return {**end, "disposition": "stored" if brought_by == message else "duplicate"}
        held = {"v": held_v, "hash": held_hash}
        return {**end, "disposition": "stale" if v < held_v else "conflict", "rule": "NEWER_VERSION_KNOWN", "held": held}

    def answer(self, envelope, digest):
        """Takes a pulled envelope in, keeps it, and returns both receipts."""
        common = {"protocol": "xinqiao/1", "envelopeId": envelope["id"], "envelopeDigest": digest,
                  "sender": envelope["sender"], "receiver": self.hub}
        ends = [self.take(it, envelope["id"]) for it in envelope["records"]]
        self.save()
        words = [{"key": it["key"], "v": it["v"], "hash": it["hash"], "rule": it["rule"],
                  "outcome": "accepted" if it["disposition"] in ("stored", "duplicate") else "refused"} for it in ends]
        both = {"transport": {**common, "type": "TRANSPORT", "receivedAt": utc_now(), "records": ends},
                "business": {**common, "type": "BUSINESS", "decidedAt": utc_now(), "records": words}}
        for receipt in both.values():
            receipt["signature"] = {"keyId": self.key_id, "algorithm": "ed25519", "value": self.sign(canonical(receipt))}
        self.ask("/exchange/v1/receipts", envelope["id"], {"type": "RETURN", **both})
        return ends

    def pull(self):
        """Everything we are owed, until nothing is left. The position is stored after its batch was answered."""
        ends, more = [], True
        while more:
            seq = self.state["seq"]
            page = self.verify(self.ask("/exchange/v1/pull", f"pull-{seq}", {"puller": self.hub, "afterSeq": seq}))
            must((page["puller"], page["afterSeq"]) == (self.hub, seq), "PULL_ANSWER_INVALID")
            if page["envelope"] is not None:
                body = page["envelope"].encode("utf-8")
                envelope = parse(body)
                said = (sha256(body), envelope["sender"], envelope["receiver"])
                must(said == (page["digest"], self.partner["id"], self.hub), "PULL_ANSWER_INVALID")
                ends += self.answer(envelope, page["digest"])
            more = page["more"]
            self.save(seq=page["throughSeq"])
        return ends

    def receipts(self):
        """The partner's business receipts after our position, each verified; the position is stored after its page."""
        got, more = [], True
        while more:
            after = self.state["receipts"]
            page = self.ask("/exchange/v1/receipts", f"receipts-{after}", {"type": "FETCH", "after": after})
            got, more = got + [self.verify(it) for it in page["receipts"]], page["more"]
            self.save(receipts=page["next"])
        return got


def read(name):
    with open(name, "rb") as file:
        return file.read()


def main(settings, command, file=None):
    if command == "canonical":
        try:
            return canonical(parse(read(file)))
        except (ValueError, OverflowError) as fault:
            raise Refused("NOT_CANONICAL", None) from fault
    client = Client(parse(read(settings)))
    commands = {"send": lambda: client.send(read(file)), "verify": lambda: client.verify(parse(read(file))),
                "pull": client.pull, "receipts": client.receipts}
    return commands[command]()


if __name__ == "__main__":
    try:
        print(json.dumps(main(*sys.argv[1:])))
    except Refused as refusal:
        print(json.dumps({"refused": refusal.args[0], "status": refusal.args[1]}))
        sys.exit(1)
