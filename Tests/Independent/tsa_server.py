"""A time-stamping authority over HTTP (RFC 3161 section 3.4): OpenSSL's `ts` behind Python's HTTP server.

usage: tsa_server.py FOLDER PORT; FOLDER has the tsa.cnf that the tests made.
"""

import subprocess
import sys
import tempfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path


class Authority(BaseHTTPRequestHandler):
    def do_POST(self):  # noqa: N802 (the library's name)
        length = int(self.headers.get("content-length", "0"))
        if self.headers.get("content-type") != "application/timestamp-query" or not 0 < length < 65_536:
            self.send_error(400)
            return
        with tempfile.TemporaryDirectory() as folder:
            query, reply = Path(folder) / "q.tsq", Path(folder) / "r.tsr"
            query.write_bytes(self.rfile.read(length))
            command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-section", "tsa"]
            command += ["-queryfile", str(query), "-out", str(reply)]
            subprocess.run(command, cwd=sys.argv[1], check=True, capture_output=True)
            answer = reply.read_bytes()
        self.send_response(200)
        self.send_header("content-type", "application/timestamp-reply")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


HTTPServer(("127.0.0.1", int(sys.argv[2])), Authority).serve_forever()
