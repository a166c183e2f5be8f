"""STS GetCallerIdentity: XML unless JSON is asked for."""
import json
from urllib.parse import parse_qsl

from httpd import Answer
from xml_answers import STS_SPACE, sts_error, tag, text


def handle(request, principal, entry):
    form = dict(parse_qsl(request.body.decode("latin-1")))
    request_id = entry["request_id"]
    if form.get("Action") != "GetCallerIdentity" or \
            form.get("Version") != "2011-06-15":
        entry["error"] = "InvalidAction"
        return sts_error("InvalidAction", "Could not find operation "
                         f"{form.get('Action')} for version "
                         f"{form.get('Version')}", 400, request_id)
    members = {"Arn": principal.arn, "UserId": principal.user_id,
               "Account": principal.account}
    if request.header("accept", "") == "application/json":
        body = json.dumps({"GetCallerIdentityResponse": {
            "GetCallerIdentityResult": members,
            "ResponseMetadata": {"RequestId": request_id}}})
        kind = "application/json"
    else:
        body = tag("GetCallerIdentityResponse",
                   tag("GetCallerIdentityResult",
                       *(text(n, v) for n, v in members.items())),
                   tag("ResponseMetadata", text("RequestId", request_id)),
                   xmlns=STS_SPACE) + "\n"
        kind = "text/xml"
    return Answer(200, body, {"Content-Type": kind,
                              "x-amzn-RequestId": request_id})
