//! Real-time: allocating and freeing are seen, by whatever function.

use super::*;

#[test]
fn nothing_is_counted_where_nothing_is_called() {
    let _alone = alone();
    let mut buffer = [0.0f32; 480];
    let counts = only(|| black_box(&mut buffer).iter_mut().for_each(|sample| *sample = sample.sin()));
    assert_eq!(counts, Counts::default());
}

#[test]
fn nothing_is_counted_outside_the_scope() {
    let _alone = alone();
    let before = trap::counts();
    drop(black_box(vec![1u8; 100]));
    only(|| ());
    drop(black_box(vec![1u8; 100]));
    assert_eq!(trap::counts(), before);
}

#[test]
fn a_thread_is_not_in_the_scope_of_another() {
    let _alone = alone();
    let (inside, done) = (AtomicBool::new(false), AtomicBool::new(false));
    let counts = std::thread::scope(|threads| {
        threads.spawn(|| {
            spin_until(&inside);
            (0..100).for_each(|_| drop(black_box(vec![1u8; 100])));
            done.store(true, Ordering::Release);
        });
        only(|| {
            inside.store(true, Ordering::Release);
            spin_until(&done);
        })
    });
    assert_eq!(counts, Counts::default());
}

#[test]
fn the_growth_of_a_vec_is_counted() {
    let _alone = alone();
    let mut grown: Vec<u64> = Vec::with_capacity(4);
    let counts = only(|| (0..4).for_each(|n| grown.push(black_box(n))));
    assert_eq!(counts, Counts::default(), "within its capacity");
    let counts = only(|| grown.push(black_box(4)));
    assert_eq!(counts, Counts { allocations: 1, ..Counts::default() }, "beyond it");
}

#[test]
fn the_drop_of_a_box_is_counted() {
    let _alone = alone();
    let boxed = black_box(Box::new([1u8; 64]));
    assert_eq!(only(|| drop(boxed)), Counts { frees: 1, ..Counts::default() });
    // SAFETY: freeing null is defined, and does nothing.
    assert_eq!(only(|| unsafe { libc::free(black_box(std::ptr::null_mut())) }), Counts::default());
}

#[test]
fn an_over_aligned_box_is_counted() {
    #[repr(align(256))]
    struct Line([u8; 256]);

    let _alone = alone();
    let (counts, line) = counted(|| black_box(Box::new(Line([1; 256]))));
    assert_eq!(counts, Counts { allocations: 1, ..Counts::default() });
    assert_eq!(line.0.as_ptr().addr() % 256, 0);
    assert_eq!(line.0[255], 1);
}

#[test]
fn every_allocator_of_c_is_counted_and_works() {
    type Allocate = fn() -> *mut libc::c_void;
    unsafe extern "C" {
        fn valloc(size: usize) -> *mut libc::c_void;
        fn pvalloc(size: usize) -> *mut libc::c_void;
    }
    // SAFETY: C's allocators with sizes and alignments that they take; each block is freed below.
    let allocators: [(&str, usize, Allocate); 9] = unsafe {
        [
            ("malloc", 16, || libc::malloc(black_box(100))),
            ("calloc", 16, || libc::calloc(black_box(10), 10)),
            ("realloc", 16, || libc::realloc(black_box(std::ptr::null_mut()), 100)),
            ("reallocarray", 16, || libc::reallocarray(black_box(std::ptr::null_mut()), 10, 10)),
            ("memalign", 64, || libc::memalign(64, black_box(100))),
            ("aligned_alloc", 64, || libc::aligned_alloc(64, black_box(128))),
            ("valloc", 4096, || valloc(black_box(100))),
            ("pvalloc", 4096, || pvalloc(black_box(100))),
            ("posix_memalign", 128, || {
                let mut block = std::ptr::null_mut();
                assert_eq!(libc::posix_memalign(&mut block, 128, black_box(100)), 0);
                block
            }),
        ]
    };
    let _alone = alone();
    for (name, alignment, allocate) in allocators {
        trap::arm(Response::Note);
        let (counts, block) = counted(allocate);
        assert_eq!(counts, Counts { allocations: 1, ..Counts::default() }, "{name}");
        let first = trap::first().unwrap();
        assert_eq!(first.function, name);
        assert!(first.size >= 100, "{first:?}");
        assert!(!block.is_null() && block.addr().is_multiple_of(alignment), "{name}");
        // SAFETY: a block of at least 100 octets, not freed yet.
        let counts = only(|| unsafe {
            block.cast::<u8>().write_bytes(0x5a, 100);
            libc::free(block);
        });
        assert_eq!(counts, Counts { frees: 1, ..Counts::default() }, "{name}");
    }
    trap::arm(Response::Count);
}

#[test]
fn what_c_allocates_inside_itself_is_counted() {
    let _alone = alone();
    // SAFETY: a C string; the copy is freed below.
    let (counts, copy) = counted(|| unsafe { libc::strdup(black_box(c"a text of libc".as_ptr())) });
    assert_eq!(counts, Counts { allocations: 1, ..Counts::default() });
    // SAFETY: from strdup, freed once.
    unsafe { libc::free(copy.cast()) };
}

#[test]
fn bad_alignments_and_sizes_are_refused_as_by_libc() {
    let mut block = std::ptr::null_mut();
    // SAFETY: calls that fail by contract.
    unsafe {
        assert_eq!(libc::posix_memalign(&mut block, 3, 100), libc::EINVAL);
        assert_eq!(libc::posix_memalign(&mut block, 4, 100), libc::EINVAL);
        assert_eq!(libc::posix_memalign(&mut block, 16, usize::MAX - 64), libc::ENOMEM);
        assert!(libc::reallocarray(block, black_box(usize::MAX / 2), 4).is_null());
        assert_eq!(*libc::__errno_location(), libc::ENOMEM);
    }
    assert!(block.is_null());
}
