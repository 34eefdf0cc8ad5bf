"""A client of the exchange protocol, written from docs/exchange-protocol.md alone; standard library and `cryptography`.

xinqiao_client.py SETTINGS send FILE | pull | verify FILE: the answer as JSON; exit code 1 and {"refused": code} otherwise.
SETTINGS: {hub, keyId, privateKey: file, state: file, partner: {id, url, keys: [{id, publicKey, from, until}]}}.
"""
import base64, hashlib, json, os, sys, time, urllib.error, urllib.request, uuid
from pathlib import Path
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from canonical_json import canonical, parse

class Refused(Exception):
    """`args`: the partner's code and status, or our own word on what cannot be believed."""

class NoRedirect(urllib.request.HTTPRedirectHandler):
    redirect_request = lambda *_: None

def must(holds, code):
    if not holds:
        raise Refused(code, None)

def sha256(content):
    return hashlib.sha256(content).hexdigest()

def utc_now():
    return time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime())

class Client:
    def __init__(self, settings):
        self.hub, self.key_id, self.partner = settings["hub"], settings["keyId"], settings["partner"]
        self.private, self.file = load_pem_private_key(Path(settings["privateKey"]).read_bytes(), None), settings["state"]
        self.state = parse(Path(self.file).read_bytes()) if os.path.exists(self.file) else {"seq": 0, "held": {}}

    def save(self):
        Path(self.file + ".new").write_text(json.dumps(self.state), encoding="utf-8")
        os.replace(self.file + ".new", self.file)

    def sign(self, text):
        return base64.b64encode(self.private.sign(text.encode("utf-8"))).decode()

    def post(self, path, message_id, body):
        """Posts bytes, signed for this attempt alone (RFC 9421)."""
        url, now = self.partner["url"] + path, int(time.time())
        digest = f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
        covered = {"@method": "POST", "@target-uri": url, "content-digest": digest, "idempotency-key": message_id}
        signed = (f"({' '.join(json.dumps(it) for it in covered)});created={now};expires={now + 300}"
                  f';nonce="{uuid.uuid4()}";keyid="{self.key_id}";alg="ed25519"')
        base = "\n".join(f'"{name}": {it}' for name, it in {**covered, "@signature-params": signed}.items())
        fields = {"Content-Type": "application/json", "Xinqiao-Sender": self.hub, "Content-Digest": digest,
                  "Idempotency-Key": message_id, "Signature-Input": f"xq={signed}", "Signature": f"xq=:{self.sign(base)}:"}
        try:
            call = urllib.request.Request(url, body, fields)
            with urllib.request.build_opener(NoRedirect).open(call, timeout=30) as answer:
                return parse(answer.read())
        except urllib.error.HTTPError as fault:
            raise Refused(parse(fault.read()).get("code"), fault.code) from fault

    def ask(self, path, message_id, question):
        return self.post(path, message_id, json.dumps({"protocol": "xinqiao/1", **question}).encode("utf-8"))

    def verify(self, document):
        """The document, if the partner signed it by a key valid at the time it names (now, where it names none)."""
        rest = {name: it for name, it in document.items() if name != "signature"}
        signature, at = document["signature"], rest.get("receivedAt") or rest.get("decidedAt") or utc_now()
        for key in self.partner["keys"]:
            if key["id"] == signature["keyId"] and key["from"] <= at < (key["until"] or "9999"):
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
        named, sent = ([(it["key"], it["v"], it["hash"]) for it in both["records"]] for both in (receipt, envelope))
        must(named == sent, "RECEIPT_INVALID")
        return receipt

    def take(self, record, message):
        """Keeps one version, if it is sound and new, and says what became of it. A hub's own guard and rules come first."""
        key, version = record["key"], {"v": record["v"], "hash": record["hash"]}
        held = self.state["held"].get(key, {"v": 0})
        end = {"key": key, **version, "disposition": "stored", "rule": None, "retryable": False, "held": None}
        if sha256(canonical(record["statement"]).encode("utf-8")) != record["hash"]:
            return {**end, "disposition": "quarantined", "rule": "HASH_MISMATCH"}
        if record["v"] > held["v"]:
            self.state["held"][key] = {**version, "by": message}
        elif version == {"v": held["v"], "hash": held["hash"]}:
            end["disposition"] = "stored" if held["by"] == message else "duplicate"
        else:
            end |= {"disposition": "stale" if record["v"] < held["v"] else "conflict", "rule": "NEWER_VERSION_KNOWN",
                    "held": {"v": held["v"], "hash": held["hash"]}}
        return end

    def answer(self, envelope, digest):
        """Takes a pulled envelope in, keeps it, and returns both receipts."""
        ends = [self.take(it, envelope["id"]) for it in envelope["records"]]
        self.save()
        words = [{"key": it["key"], "v": it["v"], "hash": it["hash"], "rule": it["rule"],
                  "outcome": "refused" if it["rule"] else "accepted"} for it in ends]
        both = {"transport": {"type": "TRANSPORT", "receivedAt": utc_now(), "records": ends},
                "business": {"type": "BUSINESS", "decidedAt": utc_now(), "records": words}}
        for receipt in both.values():
            receipt |= {"protocol": "xinqiao/1", "envelopeId": envelope["id"], "envelopeDigest": digest,
                        "sender": envelope["sender"], "receiver": self.hub}
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
                envelope = parse(page["envelope"])
                said = (sha256(page["envelope"].encode("utf-8")), envelope["sender"], envelope["receiver"])
                must(said == (page["digest"], self.partner["id"], self.hub), "PULL_ANSWER_INVALID")
                ends += self.answer(envelope, page["digest"])
            more, self.state["seq"] = page["more"], page["throughSeq"]
            self.save()
        return ends

def main(settings, command, *files):
    client, given = Client(parse(Path(settings).read_bytes())), [Path(it).read_bytes() for it in files]
    return client.verify(parse(*given)) if command == "verify" else getattr(client, command)(*given)

if __name__ == "__main__":
    try:
        print(json.dumps(main(*sys.argv[1:])))
    except (Refused, ValueError, RecursionError) as fault:
        code, status = fault.args if isinstance(fault, Refused) else ("NOT_JSON", None)
        print(json.dumps({"refused": code, "status": status}))
        sys.exit(1)
