"""STS and S3 speak XML; a handful of tags needs no library."""
from xml.sax.saxutils import escape

from httpd import Answer


def tag(name, *inside, xmlns=None):
    """An element; strings that come from outside are escaped by text()."""
    space = f' xmlns="{xmlns}"' if xmlns else ""
    return f"<{name}{space}>{''.join(inside)}</{name}>"


def text(name, value):
    return tag(name, escape(str(value)))


def s3_error(code, message, status, request_id, more="", headers=None):
    body = '<?xml version="1.0" encoding="UTF-8"?>\n' + tag(
        "Error", text("Code", code), text("Message", message), more,
        text("RequestId", request_id), text("HostId", "stand-in"))
    return Answer(status, body, {"Content-Type": "application/xml",
                                 "x-amz-request-id": request_id,
                                 **(headers or {})})


STS_SPACE = "https://sts.amazonaws.com/doc/2011-06-15/"


def sts_error(code, message, status, request_id):
    body = tag("ErrorResponse",
               tag("Error", text("Type", "Sender"), text("Code", code),
                   text("Message", message)),
               text("RequestId", request_id), xmlns=STS_SPACE) + "\n"
    return Answer(status, body, {"Content-Type": "text/xml",
                                 "x-amzn-RequestId": request_id})
