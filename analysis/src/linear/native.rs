//! What Rust cannot check: calls of OpenBLAS and of the system.

#![allow(unsafe_code)]

use std::{
    ffi::{c_char, c_int},
    sync::Once,
};

use cblas_sys::{CBLAS_LAYOUT, CBLAS_TRANSPOSE, CBLAS_UPLO, cblas_dsyrk, cblas_ssyrk};
use lapack_sys::dsyevd_;
use ndarray::{Array1, Array2};

use super::Real;

unsafe extern "C" {
    safe fn openblas_set_num_threads(threads: c_int);
}

/// Holds OpenBLAS to the calling thread, for good.
pub(crate) fn one_thread() {
    static DONE: Once = Once::new();
    DONE.call_once(|| openblas_set_num_threads(1));
}

fn size(value: usize) -> c_int {
    c_int::try_from(value).expect("sizes fit OpenBLAS")
}

/// Adds `AᵀA` to the lower triangle of `sum`, A being rows of the width of `sum`.
pub(super) fn add_products(rows: &[f64], sum: &mut Array2<f64>) {
    let (n, k) = products_size(rows.len(), sum);
    // SAFETY: `rows` holds k rows of n values and `sum` n rows of n, both dense.
    unsafe {
        cblas_dsyrk(ROWS, LOWER, TRANSPOSED, n, k, 1.0, rows.as_ptr(), n, 1.0, sum.as_mut_ptr(), n);
    }
}

/// As [`add_products`], but the products of these rows are taken and added up in `f32`, in `room`.
pub(super) fn add_single_products(rows: &[f32], room: &mut Vec<f32>, sum: &mut Array2<f64>) {
    let (n, k) = products_size(rows.len(), sum);
    let width = sum.ncols();
    room.resize(width * width, 0.0);
    // SAFETY: `rows` holds k rows of n values and `room` n rows of n, both dense.
    unsafe {
        let (from, to) = (rows.as_ptr(), room.as_mut_ptr());
        cblas_ssyrk(ROWS, LOWER, TRANSPOSED, n, k, 1.0, from, n, 0.0, to, n);
    }
    for (row, (mut sums, products)) in
        sum.rows_mut().into_iter().zip(room.chunks(width)).enumerate()
    {
        let sums = sums.as_slice_mut().expect("rows in standard layout");
        for (sum, product) in sums[..=row].iter_mut().zip(products) {
            *sum += f64::from(*product);
        }
    }
}

const ROWS: CBLAS_LAYOUT = CBLAS_LAYOUT::CblasRowMajor;
const LOWER: CBLAS_UPLO = CBLAS_UPLO::CblasLower;
const TRANSPOSED: CBLAS_TRANSPOSE = CBLAS_TRANSPOSE::CblasTrans;

/// The width of rows with so many values in all, and how many these are, for products into `sum`.
fn products_size(values: usize, sum: &Array2<f64>) -> (c_int, c_int) {
    let width = sum.ncols();
    assert!(sum.is_square() && sum.is_standard_layout());
    assert_eq!(values % width, 0, "whole rows");
    one_thread();
    (size(width), size(values / width))
}

/// Eigenvalues of a symmetric matrix, ascending, and its eigenvectors, one a row (LAPACK's divide
/// and conquer); what LAPACK says where it fails.
pub(crate) fn symmetric_eigen(matrix: &Array2<f64>) -> Result<(Array1<f64>, Array2<f64>), String> {
    assert!(matrix.is_square());
    one_thread();
    let (n, order) = (matrix.nrows(), size(matrix.nrows()));
    let mut vectors = matrix.as_standard_layout().into_owned();
    let mut values = Array1::zeros(n);
    let (mut work, mut whole) = (vec![0.0; 1], vec![0; 1]);
    let (job, triangle) = (b'V' as c_char, b'U' as c_char);
    // First asks for the sizes of the work spaces, then works.
    for asked in [false, true] {
        let (mut len, mut whole_len) = (-1, -1);
        if asked {
            work.resize(work[0] as usize, 0.0);
            whole.resize(whole[0] as usize, 0);
            (len, whole_len) = (size(work.len()), size(whole.len()));
        }
        let mut info = 0;
        // SAFETY: the matrix is n × n and dense (row by row its lower triangle is LAPACK's upper),
        // `values` has n places, and the work spaces have the lengths given.
        unsafe {
            dsyevd_(
                &job,
                &triangle,
                &order,
                vectors.as_mut_ptr(),
                &order,
                values.as_mut_ptr(),
                work.as_mut_ptr(),
                &len,
                whole.as_mut_ptr(),
                &whole_len,
                &mut info,
            );
        }
        if info != 0 {
            return Err(format!("LAPACK's dsyevd returned {info}"));
        }
    }
    Ok((values, vectors))
}

/// Zeros, `[rows, columns]`. Large ones ask the system for large pages, which are there sooner.
pub(crate) fn zeros<T: Real>(rows: usize, columns: usize) -> Array2<T> {
    let mut values = Array2::zeros((rows, columns));
    #[cfg(target_os = "linux")]
    if let Some(values) = values.as_slice_mut() {
        advise_large_pages(values);
    }
    values
}

#[cfg(target_os = "linux")]
fn advise_large_pages<T>(values: &mut [T]) {
    const PAGE: usize = 2 << 20;
    let bytes = size_of_val(values);
    if bytes < 4 * PAGE {
        return;
    }
    let start = values.as_mut_ptr().addr().next_multiple_of(PAGE);
    let skipped = start - values.as_ptr().addr();
    let len = (bytes - skipped) / PAGE * PAGE;
    // SAFETY: the range lies within `values`; the advice changes no content, and may be refused.
    unsafe {
        libc::madvise(values.as_mut_ptr().byte_add(skipped).cast(), len, libc::MADV_HUGEPAGE);
    }
}
