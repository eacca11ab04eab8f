"""Runs contract.json, the table of what SQS promises, against the SQS of a package.

    python3 sqs_contract.py ENDPOINT PACKAGE

PACKAGE is the name that the table gives it ("moto"): where a case says that this package differs, the script checks that
it still does, so that no explanation outlives what it explains. Needs boto3. Every case has queues of its
own and waits in real time, so cases run side by side. Exit status 1 where a case came out otherwise.
"""

import concurrent.futures
import json
import pathlib
import sys
import time
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError, ParamValidationError

# What botocore or an older form of the protocol calls the same error.
SAME = {
    "AWS.SimpleQueueService.NonExistentQueue": "QueueDoesNotExist",
    "AWS.SimpleQueueService.QueueDoesNotExist": "QueueDoesNotExist",
    "AWS.SimpleQueueService.EmptyBatchRequest": "EmptyBatchRequest",
    "AWS.SimpleQueueService.TooManyEntriesInBatchRequest": "TooManyEntriesInBatchRequest",
    "AWS.SimpleQueueService.BatchEntryIdsNotDistinct": "BatchEntryIdsNotDistinct",
    "AWS.SimpleQueueService.BatchRequestTooLong": "BatchRequestTooLong",
    "AWS.SimpleQueueService.MessageNotInflight": "MessageNotInflight",
    "AWS.SimpleQueueService.PurgeQueueInProgress": "PurgeQueueInProgress",
}
COUNTS = {
    "visible": "ApproximateNumberOfMessages",
    "inFlight": "ApproximateNumberOfMessagesNotVisible",
    "delayed": "ApproximateNumberOfMessagesDelayed",
}


def error_code(error):
    """The name that SQS gives to an error."""
    return SAME.get(error.response["Error"]["Code"], error.response["Error"]["Code"])


class Bench:
    """The queues of one case."""

    def __init__(self, client, case):
        self.client = client
        self.is_fifo = case["kind"] == "fifo"
        self.name = uuid.uuid4().hex
        self.handles = {"random": "c29tZSByYW5kb20gYnl0ZXM="}
        self.made_up = 0
        attributes = {key: str(value) for key, value in case.get("attributes", {}).items()}
        self.urls = {}
        self.urls["main"] = self.create("main", self.is_fifo, attributes)
        for name in ("other", "otherKind", "dead"):
            if f'"{name}"' in json.dumps(case) or (name == "dead" and "deadLetter" in case):
                kind = self.is_fifo if name != "otherKind" else not self.is_fifo
                self.urls[name] = self.create(name, kind, {})
        if "deadLetter" in case:
            self.policy("dead", case["deadLetter"]["maxReceiveCount"])

    def create(self, name, is_fifo, attributes):
        attributes = dict(attributes)
        if is_fifo:
            attributes["FifoQueue"] = "true"
        name = f"{self.name}-{name}" + (".fifo" if is_fifo else "")
        return self.client.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]

    def arn(self, name):
        found = self.client.get_queue_attributes(
            QueueUrl=self.urls[name], AttributeNames=["QueueArn"]
        )
        return found["Attributes"]["QueueArn"]

    def policy(self, name, count):
        policy = {"deadLetterTargetArn": self.arn(name), "maxReceiveCount": count}
        self.client.set_queue_attributes(
            QueueUrl=self.urls["main"], Attributes={"RedrivePolicy": json.dumps(policy)}
        )
        return "done"

    def message(self, entry, url):
        """The parameters of one message."""
        body = "x" * entry["bytes"] if "bytes" in entry else entry["body"]
        found = {"MessageBody": body}
        if "group" in entry:
            found["MessageGroupId"] = entry["group"]
        identifier = entry.get("id")
        if identifier is None and url.endswith(".fifo"):
            self.made_up += 1
            identifier = f"made-up-{self.made_up}"
        if identifier:
            found["MessageDeduplicationId"] = identifier
        if "delay" in entry:
            found["DelaySeconds"] = entry["delay"]
        return found

    def perform(self, step):
        """The answer to one step, and what was expected."""
        url = self.urls[step.get("queue", "main")]
        expected = step.get("expect", "done")
        for name, run in STEPS.items():
            if name in step:
                try:
                    return run(self, url, step), expected
                except ClientError as error:
                    return error_code(error), expected
        raise ValueError(f"unknown step: {step}")

    def send(self, url, step):
        self.client.send_message(QueueUrl=url, **self.message(step["send"], url))
        # SQS does not tell a duplicate from a message that it stored; the receives after it do.
        return step["expect"] if step["expect"] in ("stored", "duplicate") else "stored"

    def send_batch(self, url, step):
        entries = [
            {"Id": entry["entry"], **self.message(entry, url)} for entry in step["sendBatch"]
        ]
        found = self.client.send_message_batch(QueueUrl=url, Entries=entries)
        failed = {entry["Id"]: entry["Code"] for entry in found.get("Failed", [])}
        expected = step["expect"] if isinstance(step["expect"], list) else ["stored"] * len(entries)
        return [
            failed.get(entry["Id"], wanted if wanted in ("stored", "duplicate") else "stored")
            for entry, wanted in zip(entries, expected)
        ]

    def receive(self, url, step):
        request = step["receive"]
        more = {}
        if "timeout" in request:
            more["VisibilityTimeout"] = request["timeout"]
        if "attempt" in request:
            more["ReceiveRequestAttemptId"] = request["attempt"]
        found = self.client.receive_message(
            QueueUrl=url, MaxNumberOfMessages=request["max"],
            WaitTimeSeconds=request.get("wait", 0), **more,
        ).get("Messages", [])
        for number, message in enumerate(found):
            self.handles[f"{step.get('as')}.{number}"] = message["ReceiptHandle"]
        return [message["Body"] for message in found]

    def delete(self, url, step):
        self.client.delete_message(QueueUrl=url, ReceiptHandle=self.handles[step["delete"]])
        # Nor does it tell whether there was anything to delete.
        return "ignored" if step["expect"] == "ignored" else "done"

    def settle_batch(self, found, count):
        failed = {entry["Id"]: entry["Code"] for entry in found.get("Failed", [])}
        return [failed.get(str(number), "done") for number in range(count)]

    def delete_batch(self, url, step):
        entries = [
            {"Id": str(number), "ReceiptHandle": self.handles[name]}
            for number, name in enumerate(step["deleteBatch"])
        ]
        found = self.client.delete_message_batch(QueueUrl=url, Entries=entries)
        return self.settle_batch(found, len(entries))

    def change(self, url, step):
        self.client.change_message_visibility(
            QueueUrl=url, ReceiptHandle=self.handles[step["change"]["handle"]],
            VisibilityTimeout=step["change"]["timeout"],
        )
        return "done"

    def change_batch(self, url, step):
        entries = [
            {"Id": str(number), "ReceiptHandle": self.handles[name], "VisibilityTimeout": timeout}
            for number, (name, timeout) in enumerate(step["changeBatch"])
        ]
        found = self.client.change_message_visibility_batch(QueueUrl=url, Entries=entries)
        return self.settle_batch(found, len(entries))

    def advance(self, url, step):
        time.sleep(step["advance"])
        return "done"

    def attributes(self, url, step):
        names = [COUNTS[name] for name in step["attributes"]]
        found = self.client.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        step["expect"] = step["attributes"]
        return {name: int(found[COUNTS[name]]) for name in step["attributes"]}

    def purge(self, url, step):
        self.client.purge_queue(QueueUrl=url)
        return "done"

    def shut(self, url, step):
        self.client.delete_queue(QueueUrl=url)
        return "done"

    def same(self, url, step):
        first, second = (self.handles[name] for name in step["same"])
        return "done" if first == second else "other handles"

    def redrive(self, url, step):
        dead = {"QueueUrl": self.urls["dead"]}
        before = self.attributes(dead["QueueUrl"], {"attributes": {"visible": 0}})["visible"]
        self.client.start_message_move_task(SourceArn=self.arn("dead"))
        time.sleep(2)
        after = self.attributes(dead["QueueUrl"], {"attributes": {"visible": 0}})["visible"]
        return before - after

    def set_policy(self, url, step):
        return self.policy(step["policy"]["to"], step["policy"]["maxReceiveCount"])


STEPS = {
    "sendBatch": Bench.send_batch, "send": Bench.send, "receive": Bench.receive,
    "deleteBatch": Bench.delete_batch, "delete": Bench.delete,
    "changeBatch": Bench.change_batch, "change": Bench.change, "advance": Bench.advance,
    "attributes": Bench.attributes, "purge": Bench.purge, "shut": Bench.shut,
    "same": Bench.same, "redrive": Bench.redrive, "policy": Bench.set_policy,
}


def difference(client, case):
    """The first step that came out otherwise, in words; None where there is none."""
    try:
        bench = Bench(client, case)
    except ClientError as error:
        return f"cannot be set up: {error_code(error)}"
    for number, step in enumerate(case["steps"], 1):
        try:
            answer, expected = bench.perform(step)
        except ParamValidationError:
            continue  # Refused by the client itself: never reaches a server.
        if "attributes" in step:
            expected = step["attributes"]
        if answer != expected:
            return f"step {number}: {answer} instead of {expected}"
    return None


def main():
    endpoint, package = sys.argv[1:3]
    table = json.loads(pathlib.Path(__file__).with_name("contract.json").read_text())
    client = boto3.client(
        "sqs", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="none",
        aws_secret_access_key="none",
        config=Config(retries={"max_attempts": 1}, max_pool_connections=16, read_timeout=60),
    )
    cases = [case for case in table["cases"] if "here" not in case]
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda case: difference(client, case), cases))
    wrong = agreed = explained = 0
    for case, what in zip(cases, found):
        reason = case.get("differs", {}).get(package)
        if what and reason:
            explained += 1
            print(f"  differs   {case['name']}: {reason} ({what})")
        elif what:
            wrong += 1
            print(f"  OTHERWISE {case['name']}: {what}")
        elif reason:
            wrong += 1
            print(f"  STALE     {case['name']}: agrees now, but is said to differ: {reason}")
        else:
            agreed += 1
    print(f"{package}: {agreed} cases as SQS says, {explained} differ and are explained,"
          f" {wrong} not explained; {len(table['cases']) - len(cases)} are for our queue alone")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
