"""The public conformance suite of Jupyter kernels."""

import unittest

import jupyter_kernel_test


class EmergentKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = "emergent"
    language_name = "rust"
    file_extension = ".rs"

    code_hello_world = 'println!("hello, world")'
    code_stderr = 'eprintln!("oops")'
    completion_samples = [{"text": "whi", "matches": {"while"}}]
    complete_code_samples = ["1 + 1", "let a = 1;", "fn f() {}"]
    incomplete_code_samples = ["fn f() {", 'let s = "abc', "let a = (1,"]
    invalid_code_samples = ["let a = )", "}"]
    code_generate_error = 'panic!("boom")'
    code_execute_result = [{"code": "6 * 7", "result": "42"}]
    code_display_data = [
        {
            "code": "use emergent::prelude::*; Bundle::from_text(\"shown\").show();",
            "mime": "text/plain",
        }
    ]
    code_inspect_sample = "while"
    code_history_pattern = "6 *"
    supported_history_operations = ("tail", "range", "search")
    code_clear_output = "emergent::display::clear_output(false);"


if __name__ == "__main__":
    unittest.main()
