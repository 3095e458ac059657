/// Why a model gives no outputs. Written as the orderly answer `{"error": …}`: the same on every host.
struct ModelError: Error {
    /// Lower case with hyphens, stable.
    let code: Text
    /// For a person.
    let message: Text
    /// Where in the input document, such as `inputs.november`.
    let place: Text

    init(_ code: Text, _ message: Text, at place: Text = "") {
        self.code = code
        self.message = message
        self.place = place
    }
}
