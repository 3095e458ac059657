import GRPCCore
import GRPCProtobuf
import GRPCNIOTransportHTTP2Posix
import X509
import NIOSSL
import Logging
import ServiceLifecycle
