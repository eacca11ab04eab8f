"""Send, receive and delete in batches of ten through boto3, on the SQS of a package.

    python3 sqs_speed.py ENDPOINT SECONDS GROUPS

Prints one line of JSON: nanoseconds of a message (its share of a send, a receive and a delete), of one
message's share of three calls that do nothing (the network and the client alone), and messages.
"""

import json
import sys
import time
import uuid

import boto3
from botocore.config import Config


def main():
    endpoint, seconds, groups = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    client = boto3.client(
        "sqs", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="none",
        aws_secret_access_key="none", config=Config(retries={"max_attempts": 0}, read_timeout=60),
    )
    name = f"speed-{uuid.uuid4().hex}.fifo"
    url = client.create_queue(QueueName=name, Attributes={"FifoQueue": "true"})["QueueUrl"]
    body = "x" * 64
    sent = received = 0

    def cycle():
        nonlocal sent, received
        entries = [
            {"Id": str(place), "MessageBody": body,
             "MessageGroupId": f"{(sent + place) * 7919 % groups:016x}",
             "MessageDeduplicationId": f"user:{sent + place:019x}"}
            for place in range(10)
        ]
        client.send_message_batch(QueueUrl=url, Entries=entries)
        sent += 10
        found = client.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        if found:
            entries = [
                {"Id": str(place), "ReceiptHandle": message["ReceiptHandle"]}
                for place, message in enumerate(found)
            ]
            client.delete_message_batch(QueueUrl=url, Entries=entries)
        received += len(found)

    for _ in range(5):
        cycle()
    first, start = received, time.monotonic_ns()
    while time.monotonic_ns() - start < seconds * 1e9:
        cycle()
    spent = time.monotonic_ns() - start
    messages = received - first
    calls = 100
    start = time.monotonic_ns()
    for _ in range(calls):
        client.get_queue_url(QueueName=name)
    empty = (time.monotonic_ns() - start) / calls
    client.delete_queue(QueueUrl=url)
    print(json.dumps({"ns": spent / max(1, messages), "emptyNs": empty * 3 / 10,
                      "messages": messages}))


if __name__ == "__main__":
    main()
