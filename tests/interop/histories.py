"""Short histories of stacks, told to any cloud that speaks CloudFormation; each ends in one line of what came of it."""

import json
import time

from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError

USER_GUIDE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/"
REFERENCE = "https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/"

TOPIC = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "first"}}
ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        }
    },
}


def template(resources, **sections):
    return json.dumps({"Resources": resources, **sections})


class Cloud:
    """A cloud, and what is asked of it."""

    def __init__(self, client, account):
        self.cloudformation = client("cloudformation", account)
        self.s3 = client("s3", account)

    def change_set(self, body, kind="CREATE", name="change", stack="stack", **more):
        made = self.cloudformation.create_change_set(
            StackName=stack, ChangeSetName=name, ChangeSetType=kind, TemplateBody=body, **more
        )
        for _ in range(100):
            described = self.cloudformation.describe_change_set(ChangeSetName=made["Id"], StackName=stack)
            if described["Status"] not in ("CREATE_PENDING", "CREATE_IN_PROGRESS"):
                return described
            time.sleep(0.05)
        raise TimeoutError(described["Status"])

    def settle(self, stack="stack"):
        for _ in range(200):
            described = self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
            if not described["StackStatus"].endswith("_IN_PROGRESS"):
                return described
            time.sleep(0.05)
        raise TimeoutError(described["StackStatus"])

    def bring(self, body, kind="CREATE", name="change", stack="stack", **more):
        """Makes a change set and executes it; the answer is the status of the stack."""
        described = self.change_set(body, kind, name, stack, **more)
        if described["Status"] == "FAILED":
            return "change set FAILED: " + described.get("StatusReason", "").split(".")[0]
        self.cloudformation.execute_change_set(ChangeSetName=described["ChangeSetId"])
        return self.settle(stack)["StackStatus"]

    def outputs(self, stack="stack"):
        outputs = self.cloudformation.describe_stacks(StackName=stack)["Stacks"][0].get("Outputs", [])
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def named(name):
    return template({"Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}})


def displayed(name):
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "first", "DisplayName": name}}
    return template({"Topic": topic}, Outputs={"Arn": {"Value": {"Ref": "Topic"}}})


def broken(name="second"):
    """Its topic is fine; its bucket has a name that no bucket can have."""
    return template(
        {
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}},
            "Bucket": {"Type": "AWS::S3::Bucket", "DependsOn": "Topic", "Properties": {"BucketName": "Not_A_Name"}},
        }
    )


def create(cloud):
    status = cloud.bring(displayed("one"))
    return f"{status}, outputs {sorted(cloud.outputs())}"


def nothing_to_do(cloud):
    cloud.bring(displayed("one"))
    return cloud.bring(displayed("one"), "UPDATE", "again")


def update(cloud):
    cloud.bring(displayed("one"))
    return cloud.bring(displayed("two"), "UPDATE", "again")


def failed_create(cloud):
    return cloud.bring(broken())


def update_of_what_was_rolled_back(cloud):
    cloud.bring(broken())
    return cloud.bring(displayed("one"), "UPDATE", "again")


def failed_update(cloud):
    cloud.bring(displayed("one"))
    status = cloud.bring(broken("first"), "UPDATE", "again")
    return f"{status}, outputs {sorted(cloud.outputs())}"


def delete(cloud):
    cloud.bring(displayed("one"))
    described = cloud.cloudformation.describe_stacks(StackName="stack")["Stacks"][0]
    cloud.cloudformation.delete_stack(StackName="stack")
    status = cloud.settle(described["StackId"])["StackStatus"]
    try:
        cloud.cloudformation.describe_stacks(StackName="stack")
    except ClientError as error:
        return f"{status} by its id, {error.response['Error']['Code']} by its name"
    return f"{status} by its id, and by its name it is still there"


def delete_of_nothing(cloud):
    cloud.cloudformation.delete_stack(StackName="nothing")
    return "done"


def missing_capability(cloud):
    return cloud.bring(template({"Role": ROLE}))


def oversize_template(cloud):
    return cloud.bring(template({"Topic": TOPIC}, Description="d" * 60_000))


def template_through_s3(cloud):
    cloud.s3.create_bucket(Bucket="templates-of-this-test")
    body = template({"Topic": TOPIC}, Metadata={"Long": "d" * 60_000})
    cloud.s3.put_object(Bucket="templates-of-this-test", Key="one.json", Body=body.encode())
    url = f"{cloud.s3.meta.endpoint_url}/templates-of-this-test/one.json"
    made = cloud.cloudformation.create_change_set(
        StackName="stack", ChangeSetName="change", ChangeSetType="CREATE", TemplateURL=url
    )
    cloud.cloudformation.execute_change_set(ChangeSetName=made["Id"])
    return cloud.settle()["StackStatus"]


def unknown_parameter(cloud):
    given = [{"ParameterKey": "Unknown", "ParameterValue": "value"}]
    return cloud.bring(template({"Topic": TOPIC}), Parameters=given)


def missing_parameter(cloud):
    return cloud.bring(template({"Topic": TOPIC}, Parameters={"Needed": {"Type": "String"}}))


def unresolved_reference(cloud):
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Ref": "Nothing"}}}
    return cloud.bring(template({"Topic": topic}))


def missing_output(cloud):
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": {"Fn::ImportValue": "nothing"}}}
    return cloud.bring(template({"Topic": topic}))


def unknown_type(cloud):
    return cloud.bring(template({"Thing": {"Type": "AWS::Nothing::Thing", "Properties": {}}}))


def create_of_what_is_there(cloud):
    cloud.bring(displayed("one"))
    return cloud.bring(displayed("two"), "CREATE", "again")


def same_name_twice(cloud):
    cloud.change_set(displayed("one"))
    return cloud.bring(displayed("two"))


def executed_twice(cloud):
    described = cloud.change_set(displayed("one"))
    call = {"ChangeSetName": described["ChangeSetId"], "ClientRequestToken": "once"}
    cloud.cloudformation.execute_change_set(**call)
    cloud.settle()
    cloud.cloudformation.execute_change_set(**call)
    return f"done, {cloud.settle()['StackStatus']}"


def in_review(cloud):
    cloud.change_set(displayed("one"))
    return cloud.cloudformation.describe_stacks(StackName="stack")["Stacks"][0]["StackStatus"]


def replacement(cloud):
    cloud.bring(named("first"))
    described = cloud.change_set(named("second"), "UPDATE", "again")
    change = described["Changes"][0]["ResourceChange"]
    return f"{change['Action']}, replacement {change.get('Replacement')}"


def full_bucket(cloud):
    bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "full-bucket-of-this-test"}}
    cloud.bring(template({"Bucket": bucket}))
    cloud.s3.put_object(Bucket="full-bucket-of-this-test", Key="object", Body=b"content")
    stack = cloud.cloudformation.describe_stacks(StackName="stack")["Stacks"][0]["StackId"]
    cloud.cloudformation.delete_stack(StackName="stack")
    return cloud.settle(stack)["StackStatus"]


def retained_bucket(cloud):
    bucket = {
        "Type": "AWS::S3::Bucket",
        "DeletionPolicy": "Retain",
        "Properties": {"BucketName": "kept-bucket-of-this-test"},
    }
    cloud.bring(template({"Bucket": bucket}))
    stack = cloud.cloudformation.describe_stacks(StackName="stack")["Stacks"][0]["StackId"]
    cloud.cloudformation.delete_stack(StackName="stack")
    status = cloud.settle(stack)["StackStatus"]
    cloud.s3.head_bucket(Bucket="kept-bucket-of-this-test")
    return f"{status}, the bucket is there"


def protected(cloud):
    cloud.bring(displayed("one"))
    cloud.cloudformation.update_termination_protection(StackName="stack", EnableTerminationProtection=True)
    cloud.cloudformation.delete_stack(StackName="stack")
    return cloud.settle()["StackStatus"]


def principal_that_does_not_exist(cloud):
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "queue"}}
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::111111111111:role/nobody"},
        "Action": "sqs:SendMessage",
        "Resource": "*",
    }
    policy = {
        "Type": "AWS::SQS::QueuePolicy",
        "Properties": {
            "Queues": [{"Ref": "Queue"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        },
    }
    return cloud.bring(template({"Queue": queue, "Policy": policy}))


def update_in_progress(cloud):
    cloud.bring(displayed("one"))
    first = cloud.change_set(displayed("two"), "UPDATE", "first")
    second = cloud.change_set(displayed("three"), "UPDATE", "second")
    cloud.cloudformation.execute_change_set(ChangeSetName=first["ChangeSetId"])
    cloud.settle()
    cloud.cloudformation.execute_change_set(ChangeSetName=second["ChangeSetId"])
    return cloud.settle()["StackStatus"]


# What AWS does, by the page that says so.
HISTORIES = [
    (create, "CREATE_COMPLETE, outputs ['Arn']", "using-cfn-updating-stacks-changesets-execute.html"),
    (
        nothing_to_do,
        "change set FAILED: The submitted information didn't contain changes",
        "using-cfn-updating-stacks-changesets-create.html",
    ),
    (update, "UPDATE_COMPLETE", "using-cfn-updating-stacks-changesets-execute.html"),
    (failed_create, "ROLLBACK_COMPLETE", "view-stack-events.html"),
    (update_of_what_was_rolled_back, "ValidationError", "troubleshooting.html"),
    (failed_update, "UPDATE_ROLLBACK_COMPLETE, outputs ['Arn']", "stack-failure-options.html"),
    (delete, "DELETE_COMPLETE by its id, ValidationError by its name", "API_DeleteStack.html"),
    (delete_of_nothing, "done", "API_DeleteStack.html"),
    (missing_capability, "InsufficientCapabilitiesException", "API_CreateChangeSet.html"),
    (oversize_template, "ValidationError", "API_CreateChangeSet.html"),
    (template_through_s3, "CREATE_COMPLETE", "API_CreateChangeSet.html"),
    (unknown_parameter, "ValidationError", "API_CreateChangeSet.html"),
    (missing_parameter, "ValidationError", "parameters-section-structure.html"),
    (unresolved_reference, "ValidationError", "troubleshooting.html"),
    (missing_output, "ROLLBACK_COMPLETE", "using-cfn-stack-exports.html"),
    (unknown_type, "ValidationError", "troubleshooting.html"),
    (create_of_what_is_there, "ValidationError", "API_CreateChangeSet.html"),
    (same_name_twice, "AlreadyExistsException", "API_CreateChangeSet.html"),
    (executed_twice, "done, CREATE_COMPLETE", "API_ExecuteChangeSet.html"),
    (in_review, "REVIEW_IN_PROGRESS", "view-stack-events.html"),
    (replacement, "Modify, replacement True", "API_ResourceChange.html"),
    (full_bucket, "DELETE_FAILED", "troubleshooting.html"),
    (retained_bucket, "DELETE_COMPLETE, the bucket is there", "aws-attribute-deletionpolicy.html"),
    (protected, "ValidationError", "using-cfn-protect-stacks.html"),
    (principal_that_does_not_exist, "ROLLBACK_COMPLETE", "reference_policies_elements_principal.html"),
    (update_in_progress, "ChangeSetNotFound", "using-cfn-updating-stacks-changesets-execute.html"),
]


def page(name):
    """The address of a page."""
    if name.startswith("API_"):
        return REFERENCE + name
    if name.startswith("reference_policies"):
        return "https://docs.aws.amazon.com/IAM/latest/UserGuide/" + name
    return USER_GUIDE + name


def told(history, cloud):
    """What came of a history, an error included."""
    try:
        return history(cloud)
    except ClientError as error:
        return error.response["Error"]["Code"]
    except ResponseParserError:
        return "an internal error"
    except (TimeoutError, KeyError, IndexError) as error:
        return f"{type(error).__name__}: {error}"
