# BLIS, and how its micro-kernels are found: 1.0 renamed what 0.9 had. Where neither is there, products
# are made by bli_gemm in blocks of one size (framework/base/product.c).
include(CheckCSourceCompiles)

find_path(BLIS_INCLUDE_DIR blis.h PATH_SUFFIXES blis REQUIRED)
find_library(BLIS_LIBRARY blis REQUIRED)

option(RONDO_BLIS_GEMM "Multiply by bli_gemm, not by BLIS's micro-kernel" OFF)

function(rondo_find_blis_context out)
  set(${out} "" PARENT_SCOPE)
  if(RONDO_BLIS_GEMM)
    return()
  endif()
  set(CMAKE_REQUIRED_INCLUDES ${BLIS_INCLUDE_DIR})
  set(CMAKE_REQUIRED_LIBRARIES ${BLIS_LIBRARY} m)
  set(call "call(6, 16, 1, &one, a, a, &one, c, 16, 1, &aux, context); return 0; }")
  set(start "#include <blis.h>
    int main(void) { float one = 1, a[256] = {0}, c[4096] = {0}; auxinfo_t aux = {0};
    cntx_t *context = (cntx_t *)bli_gks_query_cntx();")
  check_c_source_compiles("${start} gemm_ukr_ft call =
    (gemm_ukr_ft)bli_cntx_get_ukr_dt(BLIS_FLOAT, BLIS_GEMM_UKR, context); ${call}" RONDO_HAVE_BLIS_1)
  check_c_source_compiles("${start} sgemm_ukr_ft call =
    (sgemm_ukr_ft)bli_cntx_get_l3_nat_ukr_dt(BLIS_FLOAT, BLIS_GEMM_UKR, context); ${call}"
    RONDO_HAVE_BLIS_0_9)
  if(RONDO_HAVE_BLIS_1)
    set(${out} RONDO_BLIS_CONTEXT_1 PARENT_SCOPE)
  elseif(RONDO_HAVE_BLIS_0_9)
    set(${out} RONDO_BLIS_CONTEXT_0_9 PARENT_SCOPE)
  else()
    message(STATUS "BLIS without a known micro-kernel interface: products are made by bli_gemm")
  endif()
endfunction()

rondo_find_blis_context(RONDO_BLIS_CONTEXT)
