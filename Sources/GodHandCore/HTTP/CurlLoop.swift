import CCurl
import Foundation
import Synchronization

/// The one file that touches libcurl: a thread, its multi handle, and the transfers on it.
///
/// All curl handles are made, used and freed on that thread. Other threads only add to `inbox` and wake it by
/// `curl_multi_wakeup`, which curl allows from anywhere.
final class CurlLoop: Sendable {
    private enum Order: Sendable {
        case start(Transfer)
        case resume(Transfer)
        case cancel(Transfer)
        case stop
    }

    private struct Inbox {
        var orders: [Order] = []
        var isRunning = false
        var wake: Waker?
    }

    /// A multi handle, for waking only: curl documents that one call as safe from other threads while the handle lives,
    /// and the inbox drops the waker under its lock before the thread frees the handle.
    private struct Waker: @unchecked Sendable {
        let multi: UnsafeMutableRawPointer
    }

    private let inbox = Mutex(Inbox())

    func start(_ transfer: Transfer) { post(.start(transfer)) }

    func control(_ transfer: Transfer, _ control: Transfer.Control) {
        switch control {
        case .resume: post(.resume(transfer))
        case .cancel: post(.cancel(transfer))
        }
    }

    /// Ends the thread once what was posted before is done.
    func stop() { post(.stop) }

    private func post(_ order: Order) {
        inbox.withLock { inbox in
            if !inbox.isRunning {
                // Nothing is under way before the first start: the thread begins with it.
                guard case .start = order else { return }
                inbox.isRunning = true
                let thread = Thread { [self] in run() }
                thread.name = "godhand-http"
                thread.start()
            }
            inbox.orders.append(order)
            if let wake = inbox.wake { curl_multi_wakeup(wake.multi) }
        }
    }

    private func run() {
        guard let multi = curl_multi_init() else { return failAll() }
        inbox.withLock { $0.wake = Waker(multi: multi) }
        var active: [ObjectIdentifier: ActiveTransfer] = [:]
        var isStopping = false
        while !isStopping {
            for order in inbox.withLock({ inbox in
                defer { inbox.orders = [] }
                return inbox.orders
            }) {
                switch order {
                case .start(let transfer): begin(transfer, multi, &active)
                case .resume(let transfer): active[ObjectIdentifier(transfer)]?.resume()
                case .cancel(let transfer): active.removeValue(forKey: ObjectIdentifier(transfer))?.end(multi)
                case .stop: isStopping = true
                }
            }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            reapFinished(multi, &active)
            // Without transfers this sleeps until woken: the timeout is only curl's upper bound. A wake that came since
            // the inbox was emptied makes it return at once.
            if !isStopping { curl_multi_poll(multi, nil, 0, 1_000_000, nil) }
        }
        for (_, transfer) in active {
            transfer.transfer.finish(.failure(CancellationError()))
            transfer.end(multi)
        }
        inbox.withLock { inbox in
            inbox.wake = nil
            inbox.isRunning = false
        }
        curl_multi_cleanup(multi)
    }

    private func begin(
        _ transfer: Transfer, _ multi: UnsafeMutableRawPointer, _ active: inout [ObjectIdentifier: ActiveTransfer]
    ) {
        guard let started = ActiveTransfer(transfer, multi) else {
            transfer.finish(
                .failure(
                    TransportFailure(reason: "out of memory", errno: ENOMEM, isBeforeConnection: true, isTimeout: false)
                ))
            return
        }
        active[ObjectIdentifier(transfer)] = started
    }

    private func reapFinished(_ multi: UnsafeMutableRawPointer, _ active: inout [ObjectIdentifier: ActiveTransfer]) {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE else { continue }
            let code = godhand_curl_message_result(message)
            guard let found = active.first(where: { $0.value.easy == message.pointee.easy_handle }) else { continue }
            found.value.transfer.finish(found.value.result(of: code))
            active.removeValue(forKey: found.key)?.end(multi)
        }
    }

    private func failAll() {
        let orders = inbox.withLock { inbox in
            inbox.isRunning = false
            defer { inbox.orders = [] }
            return inbox.orders
        }
        for case .start(let transfer) in orders {
            transfer.finish(
                .failure(
                    TransportFailure(reason: "out of memory", errno: ENOMEM, isBeforeConnection: true, isTimeout: false)
                ))
        }
    }
}

/// A transfer with its easy handle. Lives on curl's thread only.
private struct ActiveTransfer {
    let transfer: Transfer
    let easy: UnsafeMutableRawPointer
    private let headers: UnsafeMutablePointer<curl_slist>?

    init?(_ transfer: Transfer, _ multi: UnsafeMutableRawPointer) {
        guard let easy = curl_easy_init() else { return nil }
        self.transfer = transfer
        self.easy = easy
        let request = transfer.request

        var list: UnsafeMutablePointer<curl_slist>?
        for header in request.headers { list = curl_slist_append(list, "\(header.name): \(header.value)") }
        // Without this curl asks "100-continue" before a large body and waits a second for servers that do not know it.
        list = curl_slist_append(list, "Expect:")
        headers = list

        godhand_curl_set_string(easy, CURLOPT_URL, request.url)
        godhand_curl_set_string(easy, CURLOPT_CUSTOMREQUEST, request.method)
        godhand_curl_set_list(easy, CURLOPT_HTTPHEADER, list)
        if let socket = request.unixSocket { godhand_curl_set_string(easy, CURLOPT_UNIX_SOCKET_PATH, socket) }
        if let body = request.body {
            godhand_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
            // Copied by curl, so the array need not outlive this call.
            body.withUnsafeBufferPointer { buffer in
                _ = buffer.withMemoryRebound(to: CChar.self) { chars in
                    godhand_curl_set_string(easy, CURLOPT_COPYPOSTFIELDS, chars.baseAddress)
                }
            }
        } else if request.method == "POST" {
            godhand_curl_set_offset(easy, CURLOPT_POSTFIELDSIZE_LARGE, 0)
            godhand_curl_set_string(easy, CURLOPT_COPYPOSTFIELDS, "")
        }
        // Peers are not trusted to lead us elsewhere: web protocols only, no redirects, no proxy or password file of
        // the environment.
        godhand_curl_set_string(easy, CURLOPT_PROTOCOLS_STR, "http,https")
        godhand_curl_set_long(easy, CURLOPT_FOLLOWLOCATION, 0)
        godhand_curl_set_string(easy, CURLOPT_PROXY, "")
        godhand_curl_set_long(easy, CURLOPT_NETRC, 0)
        godhand_curl_set_long(easy, CURLOPT_NOSIGNAL, 1)
        godhand_curl_set_long(easy, CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectTimeout.milliseconds))
        godhand_curl_set_long(easy, CURLOPT_BUFFERSIZE, 256 << 10)

        let context = Unmanaged.passUnretained(transfer).toOpaque()
        godhand_curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
        godhand_curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
        godhand_curl_set_sink(easy, CURLOPT_HEADERFUNCTION) { bytes, _, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let line = String(decoding: UnsafeRawBufferPointer(start: bytes, count: count), as: UTF8.self)
            return transfer.receiveHeader(line) ? count : 0
        }
        godhand_curl_set_sink(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
            guard let bytes, let context else { return 0 }
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            let isTaken = transfer.receiveBody(UnsafeRawBufferPointer(start: bytes, count: count))
            return isTaken ? count : Int(CURL_WRITEFUNC_PAUSE)
        }
        curl_multi_add_handle(multi, easy)
    }

    func resume() { curl_easy_pause(easy, CURLPAUSE_CONT) }

    /// Takes the handle off and frees it; a connection in mid-transfer is closed by this.
    func end(_ multi: UnsafeMutableRawPointer) {
        curl_multi_remove_handle(multi, easy)
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
    }

    func result(of code: CURLcode) -> Result<Void, any Error> {
        guard code != CURLE_OK else { return .success(()) }
        var number = 0
        godhand_curl_get_long(easy, CURLINFO_OS_ERRNO, &number)
        let isBefore = code == CURLE_COULDNT_CONNECT || code == CURLE_COULDNT_RESOLVE_HOST
        let reason = String(cString: curl_easy_strerror(code))
        return .failure(
            TransportFailure(
                reason: reason, errno: Int32(truncatingIfNeeded: number), isBeforeConnection: isBefore,
                isTimeout: code == CURLE_OPERATION_TIMEDOUT))
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, so that a short time never becomes none.
    package var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        return seconds * 1000 + (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
