/// Why a model gives no outputs. Written as the orderly answer `{"error": …}`: the same on every host.
struct ModelError: Error {
    /// Lower case with hyphens, stable.
    let code: String
    /// For a person.
    let message: String
    /// Where in the input document, such as `inputs.november`.
    let place: String

    init(_ code: String, _ message: String, at place: String = "") {
        self.code = code
        self.message = message
        self.place = place
    }
}

/// Compares by code units, as the canonical form does; `String ==` would call unlike texts equal.
func same(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count && left.utf8.elementsEqual(right.utf8)
}
